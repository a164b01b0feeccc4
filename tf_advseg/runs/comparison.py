"""Runs side by side: source only, adapted, and the recorded upper bound."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tf_advseg.evaluation.result import Evaluation
from tf_advseg.metrics.text import aligned
from tf_advseg.runs.recorded_settings import decisive_settings
from tf_advseg.settings.train import TrainSettings

RECORDED_ORACLE = Path(__file__).parent / "recorded" / "streets_oracle.json"
_IRRELEVANT_TO_ORACLE = {"method", "seed", "ema_decay"}
_CELL = len("+12.34")


def table(
    evaluations: Mapping[str, Evaluation],
    recorded: Mapping[str, float] | None = None,
) -> str:
    """IoU of every class, one column a run, differences to the first.

    Of several targets the mIoU of each is below that of all.

    Args:
        evaluations: By the method's name, of one class set.
        recorded: IoU (0-1) by class of a recorded reference run.

    Returns:
        A text table; numbers are times 100, `-` where a class is absent.
    """
    first, *_ = evaluations.values()
    names, parts = first.class_names, [f"mIoU {name}" for name in first.parts]
    columns = {
        name: [*e.iou, e.miou, *(part.miou for part in e.parts.values())]
        for name, e in evaluations.items()
    }
    if len(columns) == 2:
        first, second = columns.values()
        columns["gain"] = list(np.subtract(second, first))
    if recorded:
        titles = (*names, "mIoU", *parts)
        values = [recorded.get(name, np.nan) for name in titles]
        columns["target_oracle (recorded)"] = values
    rows = [["class", *(f"{title:>{_CELL}}" for title in columns)]]
    for row, class_name in enumerate((*names, "mIoU", *parts)):
        cells = [
            _percent(values[row], title == "gain")
            for title, values in columns.items()
        ]
        rows.append([class_name, *cells])
    return aligned([rows])


def chosen_and_last(
    chosen: Mapping[str, Evaluation], last: Mapping[str, Evaluation]
) -> str:
    """The mIoU of each run's best.keras beside that of its last.keras.

    Args:
        chosen: Evaluations of best.keras by the method's name.
        last: The same of last.keras, in the same order.
    """
    titles = ["best.keras, the chosen weights", "last.keras, the last step's"]
    rows = [["mIoU of", *chosen]]
    for title, runs in zip(titles, (chosen, last), strict=True):
        rows.append([title, *(_percent(e.miou) for e in runs.values())])
    return aligned([rows])


def recorded_oracle(settings: TrainSettings) -> dict[str, float] | None:
    """IoU by class of the recorded `target_oracle` run with these settings.

    None unless a run with the same settings, its seed aside, was recorded
    (`benchmarks/adaptation/demo_oracle.py` records it).
    """
    if not RECORDED_ORACLE.exists():
        return None
    record = json.loads(RECORDED_ORACLE.read_text(encoding="utf-8"))
    if _comparable(record["settings"]) != comparable(settings):
        return None
    return record["iou"]


def comparable(settings: TrainSettings) -> dict[str, object]:
    """The settings that decide an oracle's result."""
    return _comparable(dataclasses.asdict(settings))


def _comparable(recorded: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in decisive_settings(recorded).items()
        if name not in _IRRELEVANT_TO_ORACLE
    }


def _percent(value: float, signed: bool = False) -> str:
    if np.isnan(value):
        return "-"
    return f"{100 * value:+.2f}" if signed else f"{100 * value:.2f}"
