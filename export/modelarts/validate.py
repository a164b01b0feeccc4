"""Checks a ModelArts package without ModelArts.

    python -m tf_advseg.export.modelarts.validate FOLDER

prints each rule of the documentation that the package breaks and ends with
the exit status 1, or says that there is none. The rules, and the pages they
are from, are in `rules.py`.
"""

import sys

from tf_advseg.export.modelarts.rules import find_faults


def main(arguments: list[str]) -> int:
    """Returns the exit status."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__)
        return 0 if arguments in (["--help"], ["-h"]) else 2
    faults = find_faults(arguments[0])
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "The package is in order.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
