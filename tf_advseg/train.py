"""`python -m tf_advseg.train`: the same as `tf_advseg train`."""

import sys

if __name__ == "__main__":
    try:
        from tf_advseg import cli

        sys.argv.insert(1, "train")
        sys.exit(cli.main())
    except KeyboardInterrupt:  # Before there was anybody to listen.
        sys.exit(130)
