"""How well each label-free score chooses among the snapshots of real runs.

    python -m benchmarks.selection runs/streets runs/airsim-camvid

takes every finished run METHOD-seedN in each folder, scores its candidates as
`tf_advseg select` does, measures them with the target's labels, and writes
the tables of docs/selection.md. Scores that training has computed under the
same conditions are taken over, and what is computed here is kept in --cache,
so the command can be stopped and started, and run again as runs are added.
Runs are made by

    python -m benchmarks.selection runs/airsim-camvid --data=DATA --train

where the folder's name says which pair of `benchmarks/selection/pairs.py` it
is; --methods and --seeds name others than the usual three, --document another
page.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from benchmarks.selection import pairs
from benchmarks.selection import table
from tf_advseg.commands import select as selection_command
from tf_advseg.selection.candidates import SNAPSHOTS
from tf_advseg.settings.select import SelectSettings

DOCUMENT = Path("docs/selection.md")
BEGIN = "<!-- written by python -m benchmarks.selection -->"
END = "<!-- end -->"


def main() -> None:
    """Trains on request, scores what is new, and writes the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--cache", type=Path, default=Path("runs/selection"))
    parser.add_argument("--data", type=Path, help="shared data's folder")
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=(0, 1, 2))
    parser.add_argument("--methods", nargs="+", default=pairs.METHODS)
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    options = parser.parse_args()
    measured = {}
    for folder in options.runs:
        if options.train:
            pairs.train(folder, options.data, options.methods, options.seeds)
        records = {
            run.name: record(run, options.cache / folder.name / run.name)
            for run in finished_runs(folder)
        }
        if not records:
            sys.exit(
                f"No finished run with snapshots in {folder}; --train makes "
                "them."
            )
        measured[folder.name] = records
    write_document(options.document, table.sections(measured))
    print(f"Wrote {options.document}.")


def finished_runs(folder: Path) -> list[Path]:
    """Runs that ended, keep snapshots and could be evaluated."""
    return [
        path.parent
        for path in sorted(folder.glob("*/metrics.json"))
        if (path.parent / "snapshots").is_dir()
    ]


def record(run: Path, out: Path) -> dict:
    """The run's selection.json with mIoUs, computed unless it is there."""
    print(f"{run}", flush=True)
    known, copy = (f / SNAPSHOTS / "scores.json" for f in (run, out))
    if known.exists() and not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(known, copy)
    selection_command.select(str(run), SelectSettings(out=str(out)), out)
    path = out / "selection.json"
    return json.loads(path.read_text(encoding="utf-8"))


def write_document(path: Path, text: str) -> None:
    """Replaces the part between the marks, and nothing else."""
    document = path.read_text(encoding="utf-8")
    before, _, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{path} lacks the lines {BEGIN!r} and {END!r}.")
    path.write_text(
        f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
