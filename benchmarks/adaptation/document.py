"""The tables of docs/results.md, from the recorded figures."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from benchmarks.adaptation import figures
from benchmarks.adaptation import records
from benchmarks.adaptation.figures import CHOSEN
from benchmarks.adaptation.figures import LAST
from benchmarks.adaptation.pairs import PAIRS
from benchmarks.adaptation.recipes import ORACLE
from benchmarks.adaptation.recipes import SOURCE_ONLY
from benchmarks.adaptation.recipes import baseline
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


def results(
    records: Mapping[str, Record], methods: Sequence[str], seeds: int
) -> str:
    """All pairs side by side, then each.

    Args:
        records: By pair.
        methods: That there should be, in the order of the rows.
        seeds: That each should have.
    """
    parts = ["## At a glance", "", *overview(records, methods), ""]
    for pair, record in records.items():
        rows = [*methods, *(n for n in record.runs if n not in methods)]
        parts += [f"## {PAIRS[pair].title}", "", *section(record, pair, rows)]
        parts.append(missing(record.runs, rows, seeds))
    return "\n".join(parts)


def overview(
    records: Mapping[str, Record], methods: Sequence[str]
) -> list[str]:
    """Rows: methods; columns: pairs, with the mIoU of the chosen weights.

    Behind it, in brackets, the mean gain over source only of the same length,
    seed by seed.
    """
    lines = [markdown.head("chosen", *(PAIRS[p].title for p in records))]
    made = {name for record in records.values() for name in record.runs}
    for name in [*methods, *sorted(made - {*methods})]:
        if name not in made:
            continue
        cells = []
        for record in records.values():
            chosen = figures.mious(record.runs.get(name, {}), CHOSEN)
            base = record.runs.get(baseline(name), {})
            base = figures.mious(base, CHOSEN)
            gains = list(figures.gains(chosen, base).values())
            cell = figures.spread(list(chosen.values()))
            if gains and name != SOURCE_ONLY:
                cell += f" ({sum(gains) / len(gains):+.1f})"
            cells.append(cell)
        lines.append(markdown.row(f"`{name}`", *cells))
    return lines


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
    chosen = {name: figures.mious(by, CHOSEN) for name, by in runs.items()}
    for name, by_seed in runs.items():
        worth, gained = (
            figures.three_weights(by_seed),
            _gain_cells(name, chosen),
        )
        lines.append(markdown.row(f"`{name}`", len(by_seed), *worth, *gained))
    return lines


def large_table(runs: Runs, names: Sequence[str]) -> list[str]:
    """The same over some classes."""
    lines = [markdown.head("method", "seeds", LAST, CHOSEN, *HEAD[-3:])]
    last, chosen = (
        {
            name: figures.class_mious(by_seed, weights, names)
            for name, by_seed in runs.items()
        }
        for weights in (LAST, CHOSEN)
    )
    for name, by_seed in runs.items():
        worth = [
            figures.spread(list(values[name].values()))
            for values in (last, chosen)
        ]
        gained = _gain_cells(name, chosen)
        lines.append(markdown.row(f"`{name}`", len(by_seed), *worth, *gained))
    return lines


def _gain_cells(
    name: str, values: Mapping[str, Mapping[int, float]]
) -> list[str]:
    """Gains by seed, their mean, and what share of the gap they are.

    Args:
        name: The method's.
        values: mIoUs of every method, by seed.
    """
    if name == SOURCE_ONLY:
        return ["-", "-", "-"]
    base = values.get(baseline(name), {})
    by_seed, mean = figures.gain_cells(values[name], base)
    if baseline(name) != SOURCE_ONLY:
        mean += f" over `{baseline(name)}`"
    share = figures.gap_share(values[name], base, values.get(ORACLE, {}))
    return [by_seed, mean, "-" if share is None else f"{share:.0f} %"]


def class_table(runs: Runs) -> list[str]:
    """Rows: source only, the best method, the oracle; columns: classes.

    A best method of another length is preceded by what it is held against.

    The best is that of the highest mean mIoU of chosen weights, of methods
    with as many seeds as any has.
    """
    best = best_method(runs)
    names = (SOURCE_ONLY, baseline(best or SOURCE_ONLY), best, ORACLE)
    rows = [name for name in dict.fromkeys(names) if name in runs]
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
    """The method to show, source only of any length and the oracle apart."""
    apart = {SOURCE_ONLY, ORACLE, *map(baseline, runs)}
    others = {name: r for name, r in runs.items() if name not in apart}
    most = max(map(len, others.values()), default=0)

    def mean(name: str) -> float:
        values = figures.mious(others[name], CHOSEN).values()
        return sum(values) / len(values)

    whole = [name for name, by_seed in others.items() if len(by_seed) == most]
    return max(whole, key=mean, default=None)


def settings_lines(record: Record) -> list[str]:
    """What the runs of a pair were told, where it is no default.

    Runs that differ in more than their method's own are named.
    """
    keys = [
        one["settings"] for by in record.runs.values() for one in by.values()
    ]
    main = record.settings[max(keys, key=keys.count)]
    today = vars(TrainSettings())
    told = " ".join(records.as_flags(records.unlike(main, today, set())))
    lines = [f"All runs: {told or 'the defaults of `tf_advseg train`'}."]
    others: dict[str, list[str]] = {}
    for name, seeds in record.runs.items():
        for seed, one in seeds.items():
            every = {**record.settings[one["settings"]], **one["own"]}
            other = records.unlike(every, main, {*one["own"]})
            flags = " ".join(records.as_flags(other))
            if flags:
                others.setdefault(flags, []).append(f"`{name}` {seed}")
    for flags, runs in others.items():
        lines.append(
            "**Of other settings**, not to be compared with the rest: "
            f"{', '.join(runs)}: {flags}."
        )
    return ["  \n".join(lines)]


def missing(runs: Runs, names: Sequence[str], seeds: int) -> str:
    """Names the runs that the tables lack; empty once all were made."""
    lacking: dict[str, list[str]] = {}
    for name in names:
        which = [s for s in range(seeds) if s not in runs.get(name, {})]
        if which:
            title = f"seed{'s' if len(which) > 1 else ''} "
            title += ", ".join(map(str, which))
            lacking.setdefault(title, []).append(f"`{name}`")
    told = "; ".join(f"{k} of {', '.join(v)}" for k, v in lacking.items())
    return f"\n**Not made yet**: {told}.\n" if told else ""
