"""What a trial is judged by: one number, larger is better, for every run alike.

    agreement = sqrt(source mIoU x flip agreement)

of the run's chosen model, both from `selection`. They are the two that vote in
the fused rank, which chooses within a run; but a rank is of that run's
candidates, and of two runs both have a best. These values need no others: all
trials have the same 32 images of the target and 16 held-out ones of the
source. Each lies in 0 to 1 and covers for the other: the source's mIoU does
not see the target, and agreement cannot tell right from wrong. The geometric
mean is small where one is: a model that forgot the source, or one that has a
single class for the target (whose agreement is 1 / C), cannot make up for it.

`average_agreement` and `teacher_iou` compare two weights of one run, and are
best where the learning rate is smallest: a search would turn it down. Entropy,
information and density are what the methods themselves push at.
"""

import math
from collections.abc import Mapping
from pathlib import Path

from tf_advseg.base.files.json_file import read_object
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.selection.candidates import SNAPSHOTS
from tf_advseg.selection.candidates import snapshots_in

Scores = Mapping[str, float | None]

_ADVICE = "remove the trial's folder, or give another --study"


def agreement(scores: Scores) -> float | None:
    """The label-free score of one model; None if a part of it is missing.

    >>> agreement({"source_miou": 0.64, "flip_agreement": 0.25})
    0.4
    """
    parts = [scores.get("source_miou"), scores.get("flip_agreement")]
    known = [part for part in parts if part is not None]
    return math.sqrt(math.prod(known)) if len(known) == len(parts) else None


def of_chosen(run: Path) -> float | None:
    """The label-free score of a finished run's best.keras."""
    record = read_object(run / "selection.json", "Selection", _ADVICE)
    chosen = record.get("chosen")
    for candidate in record.get("candidates", ()):
        if candidate["file"] == chosen:
            return agreement(candidate["scores"])
    return None


def miou(run: Path) -> float | None:
    """The mIoU (0-1) of a finished run's best.keras; None without labels."""
    file = run / "metrics_best.json"
    if not file.exists():
        return None
    value = Evaluation.from_dict(read_object(file, "Evaluation", _ADVICE)).miou
    return value if math.isfinite(value) else None


OBJECTIVES = {"agreement": of_chosen, "miou": miou}
"""By the value of `--objective`, from a finished run's folder."""


def moments(run: Path) -> dict[int, float]:
    """The best label-free score of each moment so far, by its step."""
    file = run / SNAPSHOTS / "scores.json"
    if not file.exists():
        return {}
    book = read_object(file, "Scores", _ADVICE).get("scores", {})
    found: dict[int, float] = {}
    for candidate in snapshots_in(run / SNAPSHOTS):
        value = agreement(book.get(candidate.name, {}))
        if value is not None:
            found[candidate.step] = max(value, found.get(candidate.step, 0.0))
    return found
