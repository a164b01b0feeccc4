"""The tables of docs/results.md, from the recorded figures."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from benchmarks.adaptation import figures
from benchmarks.adaptation.figures import BEST
from benchmarks.adaptation.figures import CHOSEN
from benchmarks.adaptation.figures import LAST
from benchmarks.adaptation.pairs import PAIRS
from benchmarks.adaptation.recipes import ABLATION
from benchmarks.adaptation.recipes import BASE
from benchmarks.adaptation.recipes import ORACLE
from benchmarks.adaptation.recipes import SOURCE_ONLY
from benchmarks.adaptation.recipes import changed
from benchmarks.adaptation.records import Record
from benchmarks.adaptation.records import Runs
from benchmarks.parts import markdown
from tf_advseg.settings.train import TrainSettings

PICTURE = Path("docs/images/results_streets.png")
HEAD = (
    "method",
    "seeds",
    "last",
    "chosen",
    "best",
    "gain of the chosen, by seed",
    "mean gain",
    "share of the gap",
)


def results(records: Mapping[str, Record], methods: Sequence[str], seeds: int):
    """Every pair: what its runs have in common, methods, classes, what lacks.

    Args:
        records: By pair.
        methods: That there should be, in the order of the rows.
        seeds: That each should have.
    """
    return "\n".join(
        "\n".join([f"## {PAIRS[pair].title}", "", *section(record, pair, rows)])
        + missing(record.runs, rows, seeds)
        for pair, record in records.items()
        for rows in [[*methods, *(n for n in record.runs if n not in methods)]]
    )


def section(record: Record, pair: str, rows: Sequence[str]) -> list[str]:
    """One pair's tables."""
    runs = {name: record.runs[name] for name in rows if name in record.runs}
    if not runs:
        return ["No run is recorded.", ""]
    lines = [*settings_lines(record), "", *method_table(runs), ""]
    large = PAIRS[pair].large_classes
    if large:
        lines += [f"Over {', '.join(large)} alone:", ""]
        lines += [*large_table(runs, large), ""]
    lines += [*class_table(runs), ""]
    if not PAIRS[pair].needs_data and PICTURE.exists():
        link = f"images/{PICTURE.name}"
        lines += [f"![Image, label, source only, best, oracle]({link})", ""]
    return lines


def method_table(runs: Runs) -> list[str]:
    """Rows: methods; mean and standard deviation over seeds."""
    lines = [markdown.head(*HEAD)]
    base = figures.mious(runs.get(SOURCE_ONLY, {}), CHOSEN)
    oracle = figures.mious(runs.get(ORACLE, {}), CHOSEN)
    for name, by_seed in runs.items():
        columns = [
            figures.spread(list(figures.mious(by_seed, weights).values()))
            for weights in (LAST, CHOSEN, BEST)
        ]
        chosen = figures.mious(by_seed, CHOSEN)
        cells = _gain_cells(name, chosen, base, oracle)
        lines.append(
            markdown.row(f"`{name}`", _seeds(by_seed), *columns, *cells)
        )
    return lines


def large_table(runs: Runs, names: Sequence[str]) -> list[str]:
    """The same over some classes."""
    lines = [markdown.head("method", "seeds", LAST, CHOSEN, *HEAD[-3:])]

    def worth(method, weights):
        return figures.class_mious(runs.get(method, {}), weights, names)

    base, oracle = worth(SOURCE_ONLY, CHOSEN), worth(ORACLE, CHOSEN)
    for name, by_seed in runs.items():
        chosen = worth(name, CHOSEN)
        columns = [
            figures.spread(list(values.values()))
            for values in (worth(name, LAST), chosen)
        ]
        cells = _gain_cells(name, chosen, base, oracle)
        lines.append(
            markdown.row(f"`{name}`", _seeds(by_seed), *columns, *cells)
        )
    return lines


def _gain_cells(name, values, base, oracle) -> list[str]:
    """Gains by seed, their mean, and what share of the gap they are."""
    if name == SOURCE_ONLY:
        return ["-", "-", "-"]
    gains = list(figures.gains(values, base).values())
    share = figures.gap_share(values, base, oracle)
    return [
        ", ".join(f"{gain:+.1f}" for gain in gains) or "-",
        figures.spread(gains, "+"),
        "-" if share is None else f"{share:.0f} %",
    ]


def class_table(runs: Runs) -> list[str]:
    """Rows: source only, the best method, the oracle; columns: classes.

    The best is that of the highest mean mIoU of chosen weights, of methods
    with as many seeds as any has.
    """
    best = best_method(runs)
    rows = [name for name in (SOURCE_ONLY, best, ORACLE) if name in runs]
    if not rows:
        return []
    first = next(iter(runs[rows[0]].values()))
    names = list(first[CHOSEN]["iou"])
    lines = [
        "IoU of each class, of the chosen weights, mean over the seeds; "
        f"`{best}` has the highest mean of the methods, which only labels can "
        "tell."
        if best
        else "IoU of each class, of the chosen weights, mean over the seeds.",
        "",
        markdown.head("method", *names),
    ]
    for method in rows:
        ious = [figures.class_iou(runs[method], CHOSEN, name) for name in names]
        cells = ["-" if iou is None else f"{iou:.1f}" for iou in ious]
        lines.append(markdown.row(f"`{method}`", *cells))
    return lines


def best_method(runs: Runs) -> str | None:
    """The method to show, source only and the oracle apart."""
    others = {n: r for n, r in runs.items() if n not in (SOURCE_ONLY, ORACLE)}
    most = max(map(len, others.values()), default=0)

    def mean(name: str) -> float:
        values = figures.mious(others[name], CHOSEN).values()
        return sum(values) / len(values)

    whole = [name for name, by_seed in others.items() if len(by_seed) == most]
    return max(whole, key=mean, default=None)


def ablation(records: Mapping[str, Record], seeds: int) -> str:
    """A table a pair and method: the recipe first, then one change each."""
    parts = []
    for pair, record in records.items():
        parts += [f"### {PAIRS[pair].title}: one change at a time", ""]
        for method, changes in ABLATION.items():
            rows = [changed(method, name) for name in changes]
            runs = {n: record.runs[n] for n in rows if n in record.runs}
            parts += [*change_table(runs, method), ""] if runs else []
        every = [changed(m, n) for m, names in ABLATION.items() for n in names]
        parts.append(missing(record.runs, every, seeds))
    return "\n".join(parts)


def change_table(runs: Runs, method: str) -> list[str]:
    """Rows: changes to the recipe of one method."""
    lines = [markdown.head(f"`{method}` with", *HEAD[1:7], "settings")]
    base = figures.mious(runs.get(changed(method, BASE), {}), CHOSEN)
    for name, by_seed in runs.items():
        columns = [
            figures.spread(list(figures.mious(by_seed, weights).values()))
            for weights in (LAST, CHOSEN, BEST)
        ]
        gains = list(
            figures.gains(figures.mious(by_seed, CHOSEN), base).values()
        )
        cells = [", ".join(f"{g:+.1f}" for g in gains) or "-"]
        cells.append(figures.spread(gains, "+"))
        if name == changed(method, BASE):
            cells = ["-", "-"]
        own = next(iter(by_seed.values()))["own"]
        told = [f"`--{k}={v}`" for k, v in own.items() if k != "method"]
        title = name.partition("+")[2]
        lines.append(
            markdown.row(
                title, _seeds(by_seed), *columns, *cells, " ".join(told)
            )
        )
    return lines


def settings_lines(record: Record) -> list[str]:
    """What all runs of a pair were told, where it is no default.

    Runs of other settings than most are named: they do not compare.
    """
    by_key: dict[str, list[str]] = {}
    for name, seeds in record.runs.items():
        for seed, one in seeds.items():
            by_key.setdefault(one["settings"], []).append(f"`{name}` {seed}")
    keys = sorted(by_key, key=lambda key: -len(by_key[key]))
    lines = [f"All runs: {_flags(record.settings[keys[0]])}."]
    for key in keys[1:]:
        lines.append(
            f"**Of other settings**, not to be compared with the rest: "
            f"{', '.join(by_key[key])}: {_flags(record.settings[key])}."
        )
    return ["  \n".join(lines)]


def _flags(settings: Mapping) -> str:
    defaults = TrainSettings()
    told = [
        f"`--{name}={value}`"
        for name, value in settings.items()
        if value != getattr(defaults, name, None)
    ]
    return " ".join(told) or "the defaults of `tf_advseg train`"


def missing(runs: Runs, names: Sequence[str], seeds: int) -> str:
    """Names the runs that the tables lack; empty once all were made."""
    lacking = {
        name: [s for s in range(seeds) if s not in runs.get(name, {})]
        for name in names
    }
    told = [
        f"`{name}` (seed {', '.join(map(str, which))})"
        for name, which in lacking.items()
        if which
    ]
    return f"\n**Not made yet**: {'; '.join(told)}.\n\n" if told else "\n"


def _seeds(by_seed: Mapping) -> str:
    return str(len(by_seed))
