"""`python -m tf_advseg`: the same as `tf_advseg`."""

import sys

if __name__ == "__main__":
    try:
        from tf_advseg import cli

        sys.exit(cli.main())
    except KeyboardInterrupt:  # Before there was anybody to listen.
        sys.exit(130)
