"""`python -m tf_advseg`: the same as `tf_advseg`."""

import sys

from tf_advseg import cli

if __name__ == "__main__":
    sys.exit(cli.main())
