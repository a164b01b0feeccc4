"""The tables of docs/selection.md, from the runs' selection.json."""

from collections.abc import Mapping

import numpy as np

from benchmarks.parts import markdown
from benchmarks.selection import voters
from benchmarks.selection.regret import regret
from tf_advseg.selection.candidates import Candidate
from tf_advseg.selection.choice import choose
from tf_advseg.selection.fused_rank import FUSED
from tf_advseg.selection.scores.table import LOWER
from tf_advseg.selection.scores.table import SCORES

Values = dict[str, np.ndarray]


def sections(pairs: Mapping[str, Mapping[str, dict]]) -> str:
    """All pairs together, then each: a table of scores and one of runs.

    Args:
        pairs: By the name of a pair's folder, then by the run's name, the
            run's selection.json, with mIoUs.
    """
    runs = {
        pair: {name: values(record) for name, record in records.items()}
        for pair, records in pairs.items()
    }
    together = {
        f"{pair}/{name}": run
        for pair, members in runs.items()
        for name, run in members.items()
    }
    lines = [f"### All {len(together)} runs", ""]
    lines += [*score_table(together), "", *method_table(runs), ""]
    lines += [*voters.section(pairs), ""]
    lines += [section(pair, members) for pair, members in runs.items()]
    return "\n".join(lines)


def section(pair: str, runs: Mapping[str, Values]) -> str:
    """One domain pair."""
    lines = [f"### {pair}", ""]
    lines.append(f"{len(runs)} runs: {', '.join(f'`{n}`' for n in runs)}.")
    lines += ["", *score_table(runs), "", *run_table(runs), ""]
    return "\n".join(lines)


def values(record: dict) -> Values:
    """Of each candidate: mIoU in points, and each score, larger = better."""
    candidates = record["candidates"]
    found = {"miou": [100 * c["miou"] for c in candidates]}
    for name, score in SCORES.items():
        sign = -1 if score.better == LOWER else 1
        # A record from before a score does not have it.
        scores = [c["scores"].get(name) for c in candidates]
        found[name] = [np.nan if s is None else sign * s for s in scores]
    # Today's rank, also of records that an earlier one wrote.
    choice = choose(
        [Candidate(c["file"], c["step"], c["weights"]) for c in candidates],
        [c["scores"] for c in candidates],
        [None] * len(candidates),
    )
    found["fused"] = [
        -1.0 if one.is_dropped else one.fused for one in choice.standings
    ]
    found["last"] = [float(i == choice.last) for i in range(len(candidates))]
    return {name: np.array(column) for name, column in found.items()}


def score_table(runs: Mapping[str, Values]) -> list[str]:
    """Rows: how a choice by one score alone does, mean over runs."""
    lines = [markdown.head("chosen by", "rank correlation", "regret", "worst")]
    for name in ("fused", "last", *SCORES):
        regrets = [regret(run["miou"], run[name]) for run in runs.values()]
        correlations = [
            spearman(run[name], run["miou"]) for run in runs.values()
        ]
        if np.isnan([v for r in runs.values() for v in r[name]]).all():
            continue
        title = SCORES[name].title if name in SCORES else TITLES[name]
        mark = " *" if name in FUSED else ""
        rho = "-" if name == "last" else f"{np.nanmean(correlations):+.2f}"
        numbers = (f"{np.mean(regrets):.2f}", f"{np.max(regrets):.2f}")
        lines.append(markdown.row(f"{title}{mark}", rho, *numbers))
    lines.append("| best by labels (an oracle) | +1.00 | 0.00 | 0.00 |")
    return lines


TITLES = {"fused": "**fused rank, the default**", "last": "the last step"}


def method_table(pairs: Mapping[str, Mapping[str, Values]]) -> list[str]:
    """Rows: each method's mean regret in each pair, of the rank and of last.

    Args:
        pairs: By pair, then by the run's name, METHOD-seedN.
    """
    methods = {method_of(name) for runs in pairs.values() for name in runs}
    lines = [markdown.head("fused rank / last step", *pairs)]
    for method in sorted(methods):
        cells = []
        for runs in pairs.values():
            own = [r for name, r in runs.items() if method_of(name) == method]
            means = [
                np.mean([regret(run["miou"], run[by]) for run in own])
                for by in ("fused", "last")
                if own
            ]
            cells.append(" / ".join(f"{mean:.2f}" for mean in means) or "-")
        lines.append(markdown.row(f"`{method}`", *cells))
    return lines


def method_of(run: str) -> str:
    """METHOD of METHOD-seedN."""
    return run.rpartition("-seed")[0]


def run_table(runs: dict[str, Values]) -> list:
    """Rows: each run, what was chosen, what last and the best would be."""
    lines = [
        markdown.head("run", "mIoU of the chosen", "of the last", "of the best")
    ]
    for name, run in runs.items():
        best = run["miou"].max()
        chosen, last = (
            best - regret(run["miou"], run[by]) for by in ("fused", "last")
        )
        lines.append(f"| `{name}` | {chosen:.2f} | {last:.2f} | {best:.2f} |")
    return lines


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Rank correlation; NaN where one is constant or has no value."""
    known = ~np.isnan(first) & ~np.isnan(second)
    first, second = ranks(first[known]), ranks(second[known])
    if len(first) < 2 or not first.std() or not second.std():
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])


def ranks(column: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share their mean rank."""
    smaller = (column[:, None] > column).sum(axis=1)
    equal = (column[:, None] == column).sum(axis=1)
    return smaller + (equal + 1) / 2
