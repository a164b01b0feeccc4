"""Draws a contact sheet of the streets, or writes some to a folder.

    python -m tf_advseg.datasets.streets --out streets.png
    python -m tf_advseg.datasets.streets --write FOLDER --style real \\
        --split val --count 20
"""

import argparse
import sys
from collections.abc import Sequence

from PIL import Image

from tf_advseg.datasets.streets.domain import STYLES
from tf_advseg.datasets.streets.domain import StreetsDomain
from tf_advseg.datasets.streets.folder_writer import write_folder
from tf_advseg.datasets.streets.sheet import streets_sheet


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    options = _parse(arguments)
    kept = {options.split: options.count}
    make = {"size": tuple(options.size), "seed": options.seed, **kept}
    try:
        if options.write:
            domain = StreetsDomain(options.style, **make)
            written = write_folder(
                domain, options.write, options.split, options.count
            )
            print(f"{written} images and labels in {options.write}")
        else:
            domains = [StreetsDomain(style, **make) for style in STYLES]
            sheet = streets_sheet(domains, options.split, options.count)
            Image.fromarray(sheet).save(options.out)
            print(options.out)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tf_advseg.datasets.streets",
        description="Draws a contact sheet of the streets, or writes some.",
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", help="picture file of the contact sheet")
    target.add_argument("--write", help="folder for images and labels")
    parser.add_argument("--style", choices=STYLES, default="real")
    parser.add_argument(
        "--split", choices=StreetsDomain.splits, default="train"
    )
    parser.add_argument("--count", type=int, default=5, help="images (a row)")
    parser.add_argument(
        "--size",
        type=int,
        nargs=2,
        default=(128, 256),
        metavar=("HEIGHT", "WIDTH"),
    )
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
