"""`tf_advseg train`, which also knows the backbone `tiny`."""

import sys

from tf_advseg import cli
from tf_advseg.base.process.quiet_tensorflow import import_quietly

if __name__ == "__main__":
    import_quietly()
    import toy_backbone

    toy_backbone.register()
    sys.exit(cli.main(["train", *sys.argv[1:]]))
