"""Does adaptation pay? Trains methods x pairs x seeds, and writes the tables.

    python -m benchmarks.adaptation --data=DATA --runs=runs/adaptation

makes every run that is neither in --runs nor recorded, on --workers cores, the
most telling first, and writes docs/results.md. It can be stopped (Ctrl-C,
SIGTERM, --hours) and started at any time: what was begun goes on from its
newest checkpoint. Pairs are in `pairs.py`, the recipe, methods of more than a
name, and the changes of --ablation in `recipes.py`. The figures of a finished
run are recorded in benchmarks/recorded/adaptation/, so that it need not be
made again elsewhere; its folder is needed for pictures alone, and loses its
snapshots and checkpoints.

    --pairs=airsim-camvid,streets    of all
    --methods='advent,advent(gan="least_squares")'    of all, or changes
    --seeds=3 --workers=2 --hours=8
    --keep_snapshots    of recorded runs, 0.5 GB each
    --chosen_only   measures the last and the chosen weights alone, and no
                    other snapshot: saves a third of the time; `best` is not
                    known then
    --report        only writes the tables, of what there is
    --ablation      makes and writes the changes to the recipe instead
    --steps=2       a trial: nothing is recorded but below --runs
    --pictures=FOLDER    also draws what the best methods of the runs at hand
                    see: the streets into docs/images, real images, which must
                    not be published, into FOLDER
"""

import argparse
import signal
import sys
from pathlib import Path

from benchmarks.adaptation import ablation
from benchmarks.adaptation import demo_oracle
from benchmarks.adaptation import document
from benchmarks.adaptation import drawing
from benchmarks.adaptation import recipes
from benchmarks.adaptation import records
from benchmarks.adaptation.making import Making
from benchmarks.adaptation.pairs import PAIRS
from benchmarks.adaptation.plan import Places
from benchmarks.adaptation.plan import in_order
from benchmarks.adaptation.recipes import Flags
from benchmarks.parts import markdown
from tf_advseg.base import checks

DOCUMENT = Path("docs/results.md")
COMMAND = "python -m benchmarks.adaptation"
MARK = "<!-- {}written by {} -->"


def main() -> int:
    """Makes what is missing, then writes the tables."""
    options = _options()
    variants = _variants(options)
    places = Places(
        runs=options.runs / "ablation" if options.ablation else options.runs,
        data=options.data,
        cache=options.cache_dir or options.runs / "cache",
    )
    changes = {"steps": options.steps} if options.steps else {}
    recorded = options.recorded
    if options.steps and recorded == records.FOLDER:
        recorded = options.runs / "recorded"

    def record(pair: str) -> Path:
        return records.record_file(recorded, pair, options.ablation)

    failed = {}
    if not options.report:
        failed = _make(options, variants, places, record, changes)
    if recorded == records.FOLDER:
        _write(options, record)
    if options.pictures:
        _draw(options, record)
    return 1 if failed else 0


def _make(options, variants, places: Places, record, changes: dict) -> dict:
    for pair in options.pairs:
        if PAIRS[pair].needs_data and options.data is None:
            sys.exit(f"The pair {pair} needs --data=FOLDER.")
        PAIRS[pair].prepare(options.data, places.lists)
    experiments = in_order(options.pairs, variants, options.seeds)
    making = Making(
        experiments,
        places,
        record,
        _say,
        options.keep_snapshots,
        options.chosen_only,
        **changes,
    )

    def stop(number, frame):
        _say("Ends what runs; the same command goes on.")
        making.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    making.make(options.workers, options.hours)
    for run, reason in making.failed.items():
        _say(f"Failed: {run}: {reason}")
    return making.failed


def _write(options, record) -> None:
    """Replaces the tables in the document, of all pairs."""
    pairs = recipes.ABLATION_PAIRS if options.ablation else PAIRS
    found = {pair: records.Record(record(pair)) for pair in pairs}
    name, text = "", ""
    if options.ablation:
        name = "ablation, "
        text = ablation.tables(found, options.seeds)
    else:
        text = document.results(found, list(recipes.methods()), options.seeds)
        if demo_oracle.write(found["streets"]):
            _say("Wrote the oracle that `make demo` shows.")
    markdown.replace(DOCUMENT, MARK.format(name, COMMAND), text)
    _say(f"Wrote {DOCUMENT}.")


def _draw(options, record) -> None:
    """Pictures of each pair, as far as the folders of runs are there."""
    for pair in options.pairs:
        file = options.pictures / f"{pair}.png"
        if not PAIRS[pair].needs_data:
            file = document.PICTURE
        found = records.Record(record(pair))
        shown = drawing.draw(pair, found, options.runs, file)
        what = f"{file}: {', '.join(shown)}" if shown else "no runs are here"
        _say(f"Pictures of {pair}: {what}.")


def _variants(options) -> dict[str, Flags]:
    """What is trained, by name: all, or those that the user names."""
    known = recipes.ablation() if options.ablation else recipes.methods()
    if not options.methods:
        return known
    found = {}
    for name in options.methods:
        if "(" in name and not options.ablation:
            found[name] = {"method": name}
        else:
            checks.check_choice("method", name, known)
            found[name] = known[name]
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=_folder)
    add("--runs", type=_folder, default=_folder("runs/adaptation"))
    add("--recorded", type=Path, default=records.FOLDER)
    add("--cache_dir", type=_folder)
    add("--pairs", type=_names, default=[])
    add("--methods", type=_names, default=[])
    add("--pictures", type=Path)
    add("--seeds", type=int, default=3)
    add("--workers", type=int, default=2)
    add("--hours", type=float, default=0)
    add("--steps", type=int, default=0)
    add("--keep_snapshots", action="store_true")
    add("--chosen_only", action="store_true")
    add("--report", action="store_true")
    add("--ablation", action="store_true")
    options = parser.parse_args()
    every = recipes.ABLATION_PAIRS if options.ablation else PAIRS
    options.pairs = options.pairs or list(every)
    for pair in options.pairs:
        checks.check_choice("pair", pair, PAIRS)
    if options.pictures:
        drawing.check_outside(options.pictures)
    return options


def _folder(text: str) -> Path:
    return Path(text).resolve()


def _names(text: str) -> list[str]:
    """Words between commas that stand in no parentheses.

    >>> _names('advent,advent(gan="vanilla", x=(1, 2))')
    ['advent', 'advent(gan="vanilla", x=(1, 2))']
    """
    words, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            words.append("")
        else:
            words[-1] += letter
    return [word.strip() for word in words if word.strip()]


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ValueError as error:
        sys.exit(f"error: {error}")
