"""`python -m tf_advseg.train`: the same as `tf_advseg train`."""

import sys

from tf_advseg import cli

if __name__ == "__main__":
    sys.exit(cli.main(["train", *sys.argv[1:]]))
