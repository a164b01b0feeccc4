"""How well each label-free score chooses among the snapshots of real runs.

    python -m benchmarks.selection runs/adaptation/streets

takes every finished run METHOD-seedN in each folder, scores its candidates as
`tf_advseg select` does, measures them with the target's labels, and writes
the tables of docs/selection.md. Scores that training has computed under the
same conditions are taken over, and what is computed here is kept in --cache,
so the command can be stopped and started, and run again as runs are added.
`python -m benchmarks.adaptation` makes runs, and measures and records their
candidates;

    python -m benchmarks.selection --recorded

writes the tables from all that it has recorded, without the runs. --document
names another page.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from benchmarks.adaptation import records
from benchmarks.adaptation.pairs import PAIRS
from benchmarks.adaptation.recipes import ORACLE
from benchmarks.parts import markdown
from benchmarks.selection import table
from tf_advseg.commands import select as selection_command
from tf_advseg.selection.candidates import SNAPSHOTS
from tf_advseg.settings.select import SelectSettings

DOCUMENT = Path("docs/selection.md")
BEGIN = "<!-- written by python -m benchmarks.selection -->"


def main() -> None:
    """Scores what is new, and writes the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="*")
    parser.add_argument("--recorded", action="store_true")
    parser.add_argument("--cache", type=Path, default=Path("runs/selection"))
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    options = parser.parse_args()
    measured = recorded() if options.recorded else {}
    for folder in options.runs:
        found = {
            run.name: record(run, options.cache / folder.name / run.name)
            for run in finished_runs(folder)
        }
        if not found:
            sys.exit(
                f"No finished run with snapshots in {folder}; "
                "`python -m benchmarks.adaptation` makes them."
            )
        measured[folder.name] = found
    if not measured:
        sys.exit("Give folders of runs, or --recorded once there are records.")
    markdown.replace(options.document, BEGIN, table.sections(measured))
    print(f"Wrote {options.document}.")


def recorded(folder: Path = records.FOLDER) -> dict[str, dict[str, dict]]:
    """Candidates of every recorded run that adapts, by pair and run.

    The oracle is left out: who trains with labels can choose with them.
    """
    found = {
        pair: {
            f"{method}-seed{seed}": figures
            for method, seeds in records.Record(
                records.record_file(folder, pair)
            ).runs.items()
            for seed, figures in seeds.items()
            if method != ORACLE
        }
        for pair in PAIRS
    }
    return {pair: runs for pair, runs in found.items() if runs}


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


if __name__ == "__main__":
    main()
