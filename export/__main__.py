"""`python -m tf_advseg.export`: the same as `tf_advseg export`."""

import sys

if __name__ == "__main__":
    try:
        from tf_advseg import cli

        sys.argv.insert(1, "export")
        sys.exit(cli.main())
    except KeyboardInterrupt:  # Before there was anybody to listen.
        sys.exit(130)
