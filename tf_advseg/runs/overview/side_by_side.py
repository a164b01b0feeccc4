"""What differs between runs: settings, the IoU of each class, curves."""

import dataclasses
import math
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from tf_advseg.base.fields import names_deciding
from tf_advseg.base.files import metrics_file
from tf_advseg.metrics.text import aligned
from tf_advseg.runs.overview.facts import RunFacts
from tf_advseg.runs.overview.facts import iou
from tf_advseg.runs.overview.facts import miou
from tf_advseg.runs.overview.listing import short_names
from tf_advseg.runs.overview.words import percent
from tf_advseg.runs.overview.words import shown
from tf_advseg.runs.overview.words import sparkline
from tf_advseg.settings.train import TrainSettings

_PLACES = names_deciding(TrainSettings, "place") | {"resume"}
"""Settings that no result depends on."""

Curve = list[tuple[int, float]]


@dataclasses.dataclass(frozen=True)
class SideBySide:
    """Several runs, and what differs between them.

    Attributes:
        runs: In the order that they were named.
        names: Short ones, as many.
        differing: Settings that differ: one value a run.
        ious: IoU (0-1) by class, one a run, of the chosen weights (or the
            last ones, where a run has no others); None where not known.
        mious: By what was measured, one a run.
        curves: Numbers by step, one a run; empty where a run has none.
        notes: Why some of it cannot be compared.
    """

    runs: Sequence[RunFacts]
    names: Sequence[str]
    differing: dict[str, list[Any]]
    ious: dict[str, list[float | None]]
    mious: dict[str, list[float | None]]
    curves: dict[str, list[Curve]]
    notes: Sequence[str]

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        return {
            "runs": [run.to_dict() for run in self.runs],
            "differing": self.differing,
            "iou": self.ious,
            "curves": {
                name: [[(step, _finite(v)) for step, v in c] for c in curves]
                for name, curves in self.curves.items()
            },
            "notes": list(self.notes),
        }


def side_by_side(runs: Sequence[RunFacts]) -> SideBySide:
    """Holds runs against each other."""
    notes = [text for run in runs for text in run.problems]
    metrics = [run.chosen or run.last for run in runs]
    notes += _incomparable(runs, metrics)
    curves = []
    for run in runs:
        try:
            curves.append(_curves(run))
        except (OSError, ValueError) as error:
            curves.append({})
            notes.append(f"{run.path}: {error}")
    names = dict.fromkeys(name for one in curves for name in one)
    found = [iou(one) for one in metrics]
    classes = dict.fromkeys(name for one in found for name in one)
    return SideBySide(
        runs=runs,
        names=short_names([run.path for run in runs]),
        differing=_differing(runs),
        ious={name: [one.get(name) for one in found] for name in classes},
        mious={
            "mIoU": [miou(run.chosen) for run in runs],
            "mIoU, last weights": [miou(run.last) for run in runs],
        },
        curves={name: [one.get(name, []) for one in curves] for name in names},
        notes=notes,
    )


def text(found: SideBySide) -> str:
    """Returns tables for a terminal."""
    header = [shown(name, 28) for name in found.names]
    parts = []
    if found.differing:
        rows = [
            [name, *(shown(value, 28) for value in values)]
            for name, values in found.differing.items()
        ]
        parts.append(aligned([[["setting", *header]], rows]))
    else:
        parts.append("All settings are the same.")
    rows = [_percents(name, values) for name, values in found.ious.items()]
    means = [_percents(name, values) for name, values in found.mious.items()]
    gain = ["gain"] if len(found.runs) == 2 else []
    parts.append(aligned([[["class", *header, *gain]], rows, means]))
    rows = [_lines(*item) for item in found.curves.items() if _is_main(*item)]
    if rows:
        parts.append(aligned([[["curve, and its end", *header]], rows]))
    parts += [f"Note: {shown(note, 600)}" for note in found.notes]
    return "\n\n".join(parts)


def _differing(runs: Sequence[RunFacts]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for run in runs for name in run.settings)
    values = {
        name: [run.settings.get(name) for run in runs]
        for name in names
        if name not in _PLACES
    }
    return {n: v for n, v in values.items() if any(o != v[0] for o in v)}


def _curves(run: RunFacts) -> dict[str, Curve]:
    curves: dict[str, Curve] = {}
    for step, name, value in metrics_file.read(run.path / "metrics.csv"):
        curves.setdefault(name, []).append((step, float(value)))
    return curves


def _incomparable(runs, metrics) -> list[str]:
    """Why figures do not stand for the same thing."""
    notes = []
    asked: dict[str, Callable[[int], Any]] = {
        "images": lambda i: [
            metrics[i].get(key)
            for key in ("domain", "split", "size", "num_images")
        ],
        "data": lambda i: runs[i].data.get("eval"),
        "classes": lambda i: list(iou(metrics[i])),
    }
    known = [i for i in range(len(runs)) if metrics[i]]
    for what, ask in asked.items():
        if any(ask(i) != ask(known[0]) for i in known[1:]):
            notes.append(
                f"The runs were not evaluated on the same {what}: their "
                "figures do not compare."
            )
    unknown = [str(r.path) for r, m in zip(runs, metrics, strict=True) if not m]
    if unknown:
        notes.append(
            f"No evaluation is in {', '.join(unknown)}: unfinished, or its "
            "target has no labels."
        )
    return notes


def _percents(name, values):
    cells = [percent(value) for value in values]
    if len(values) == 2:
        gain = None not in values and values[1] - values[0]
        cells.append("-" if gain is False else f"{100 * gain:+.2f}")
    return [shown(name), *cells]


def _is_main(name: str, curves: list[Curve]) -> bool:
    """Health numbers are many: the page has them."""
    return not name.startswith("health/") and any(len(c) > 1 for c in curves)


def _lines(name: str, curves: list[Curve]) -> list[str]:
    """One curve of all runs, on one scale."""
    finite = [[v for _, v in c if _finite(v) is not None] for c in curves]
    values = [value for numbers in finite for value in numbers] or [0.0]
    low, high = min(values), max(values)
    cells = []
    for curve, numbers in zip(curves, finite, strict=True):
        end = shown(curve[-1][1]) if curve else "-"
        cells.append(f"{sparkline(numbers, low, high)} {end}".strip())
    return [shown(name), *cells]


def _finite(value: float) -> float | None:
    """JSON has no other numbers."""
    return value if math.isfinite(value) else None
