"""The table of single changes in docs/results.md."""

from collections.abc import Mapping

from benchmarks.adaptation import figures
from benchmarks.adaptation.document import missing
from benchmarks.adaptation.figures import CHOSEN
from benchmarks.adaptation.figures import gain_cells
from benchmarks.adaptation.figures import three_weights
from benchmarks.adaptation.pairs import PAIRS
from benchmarks.adaptation.recipes import ABLATION
from benchmarks.adaptation.recipes import BASE
from benchmarks.adaptation.recipes import changed
from benchmarks.adaptation.records import Record
from benchmarks.adaptation.records import Runs
from benchmarks.parts import markdown

HEAD = ("seeds", "last", "chosen", "best", "gain, by seed", "mean gain")


def tables(records: Mapping[str, Record], seeds: int) -> str:
    """A table a pair and method: the recipe first, then one change each."""
    names = [changed(m, c) for m, changes in ABLATION.items() for c in changes]
    parts = []
    for pair, record in records.items():
        parts += [f"### {PAIRS[pair].title}: one change at a time", ""]
        for method in ABLATION:
            lines = change_table(record.runs, method)
            parts += [*lines, ""] if lines else []
        parts.append(missing(record.runs, names, seeds))
    return "\n".join(parts)


def change_table(runs: Runs, method: str) -> list[str]:
    """Rows: changes to the recipe of one method; [] if none is recorded."""
    lines = []
    base = figures.mious(runs.get(changed(method, BASE), {}), CHOSEN)
    for change in ABLATION[method]:
        by_seed = runs.get(changed(method, change))
        if not by_seed:
            continue
        chosen = figures.mious(by_seed, CHOSEN)
        gains = ["-", "-"] if change == BASE else gain_cells(chosen, base)
        own = next(iter(by_seed.values()))["own"]
        told = [f"`--{k}={v}`" for k, v in own.items() if k != "method"]
        lines.append(
            markdown.row(
                change.replace("_", " "),
                len(by_seed),
                *three_weights(by_seed),
                *gains,
                " ".join(told),
            )
        )
    head = markdown.head(f"`{method}`", *HEAD, "settings")
    return [head, *lines] if lines else []
