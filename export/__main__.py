"""`python -m tf_advseg.export`: the same as `tf_advseg export`."""

import sys

from tf_advseg import cli

if __name__ == "__main__":
    sys.exit(cli.main(["export", *sys.argv[1:]]))
