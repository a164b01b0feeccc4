"""Runs a folder of cases, faults that users and attackers found, and counts.

    python -m benchmarks.cases --cases=../shared/cases

A case is a folder with `run.sh`, which is given PROJECT and PYTHON, and
EXPECTED.md for people. The scripts name modules as of an older commit, so they
are copied and `TODAY` is put in place of the old names. A script that judges
itself is right if it ends with status 0 and neither FAIL nor WRONG; of the
others `RIGHT` says what must stand in what they print, and `WRONG` what must
not.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECONDS = 900

TODAY = {
    r"-m tf_advseg\.(check_data|evaluate|predict|publish|convert)": (
        r"-m tf_advseg \1"
    ),
    r"'-m','tf_advseg\.predict'": "'-m','tf_advseg','predict'",
    r"(publish --saved_model=)": r"publish --ungated --saved_model=",
    r"tf_advseg\.export_publishing": "tf_advseg.export.publishing",
    r"tf_advseg\.datasets\.image_files": "tf_advseg.datasets.files.image_files",
    r"tf_advseg\.export\.image_bytes": "tf_advseg.export.graph.image_bytes",
    r"tf_advseg\.datasets\.class_map_file": (
        "tf_advseg.datasets.classes.class_map_file"
    ),
    r"tf_advseg\.checks": "tf_advseg.base.checks",
    r"from tf_advseg import experiment": (
        "from tf_advseg.experiment import networks"
    ),
    r"experiment\.make_segmenter": "networks.make_segmenter",
    r"from tf_advseg\.layers": "from tf_advseg.networks.layers",
    r"from tf_advseg import model_file": (
        "from tf_advseg.networks import model_file"
    ),
}
"""Patterns of old names, and what they are called now."""

RIGHT = {
    "01": [r"ground +50\.38 +55\.81", r"box +4\.84 +4\.95", "assumed_labels"],
    "02": [r"photos/val +evaluation +2 +2", r"\('train', 'val'\)"],
    "04": [r"photos/train +target +4 ", r"photos/val +evaluation +2 +2"],
    "06": [r"(?s)bilinear.*blurred_label.*jpeg.*blurred_label"],
    "07": [r"13 files taken; 1 left out: .*\.heic"],
    "08": [
        r"flat/train +target +4 ",
        r"beside/train +target +4 ",
        r"eadir/train +target +3 ",
        r"@eaDir",
    ],
    "12": [
        r"Looked for 'gtFine/train/\*/\*_gtFine_labelIds\.png'",
        r"Looked for 'gtFine/train/\*/\*_gtFine_labelids\.png'",
    ],
    "14": [r"gif' holds 5 pictures", r"tif' holds 2 pictures"],
}
WRONG = {"12": [r"into a folder `labels` beside"]}


def copy_of(cases: Path, folder: Path) -> Path:
    """Copies cases, with today's names in their scripts."""
    copy = folder / "cases"
    shutil.copytree(cases, copy)
    for path in [*copy.glob("*/run.sh"), *copy.glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        for old, new in TODAY.items():
            text = re.sub(old, new, text)
        path.chmod(0o755)
        path.write_text(text, encoding="utf-8")
    return copy


def run(case: Path) -> tuple[bool, str]:
    """Whether a case does what is right, and what it printed."""
    environment = {
        **os.environ,
        "PROJECT": str(ROOT),
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
    }
    try:
        done = subprocess.run(
            ["bash", str(case / "run.sh")],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False, f"It was not over after {SECONDS} seconds."
    return is_right(case.name, done.returncode, done.stdout), done.stdout


def is_right(name: str, status: int, printed: str) -> bool:
    """Judges a case by its name, its status and what it printed."""
    number = name.partition("-")[0]
    if re.search(r"\bFAIL|\bWRONG|Traceback|No module named", printed):
        return False
    if number in RIGHT or number in WRONG:
        return all(
            re.search(pattern, printed) for pattern in RIGHT.get(number, [])
        ) and not any(
            re.search(pattern, printed) for pattern in WRONG.get(number, [])
        )
    return status == 0


def main() -> int:
    """Runs all cases, or those named; returns 0 if all are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument(
        "--only", default="", help="begins of names, separated by commas"
    )
    options = parser.parse_args()
    if not options.cases.is_dir():
        print(f"There is no folder {options.cases}: nothing was run.")
        return 0
    begins = tuple(options.only.split(","))
    right = count = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in sorted(copy_of(options.cases, Path(folder)).iterdir()):
            if not (case / "run.sh").is_file():
                continue
            if not case.name.startswith(begins):
                continue
            found, printed = run(case)
            right, count = right + found, count + 1
            print(f"{'right' if found else 'WRONG'}  {case.name}", flush=True)
            if not found:
                print("\n".join(printed.splitlines()[-8:]), flush=True)
    print(f"{right} of {count} are right.")
    return int(right < count)


if __name__ == "__main__":
    sys.exit(main())
