"""The scores of a candidate by name: what they are and who proposed them.

`score` computes all of them from one candidate's predictions. None reads a
label of the target.
"""

import dataclasses
import math

import numpy as np

from tf_advseg.metrics import iou as metrics
from tf_advseg.selection.predictions import Predictions
from tf_advseg.selection.scores.agreement import agreement
from tf_advseg.selection.scores.class_shares import class_share_distance
from tf_advseg.selection.scores.entropy import mean_entropy
from tf_advseg.selection.scores.mutual_information import mutual_information
from tf_advseg.selection.scores.neighbourhood_density import drawn_pixels
from tf_advseg.selection.scores.neighbourhood_density import soft_density
from tf_advseg.selection.scores.teacher_iou import teacher_iou

HIGHER = "higher"
LOWER = "lower"
NUM_NEIGHBOURS = 1000
SEED = 0
VERSION = 1
"""To be raised when a score's definition changes: kept ones are then void."""


@dataclasses.dataclass(frozen=True)
class Score:
    """What people need to know of a score.

    Attributes:
        title: In a few words.
        better: "higher" or "lower".
        paper: Where it comes from.
    """

    title: str
    better: str
    paper: str


SCORES = {
    "source_miou": Score(
        "mIoU on held-out source images",
        HIGHER,
        "Musgrave et al. 2022, arXiv 2208.07360",
    ),
    "entropy": Score(
        "mean entropy", LOWER, "Morerio et al. 2018, arXiv 1711.10288"
    ),
    "mutual_information": Score(
        "information maximisation",
        HIGHER,
        "Bridle et al. 1991; Shi and Sha 2012, arXiv 1206.6438",
    ),
    "neighbourhood_density": Score(
        "soft neighbourhood density",
        HIGHER,
        "Saito et al. 2021, arXiv 2108.10860",
    ),
    "flip_agreement": Score(
        "agreement with the mirrored image",
        HIGHER,
        "Deng et al. 2022, arXiv 2207.07065",
    ),
    "scale_agreement": Score(
        "agreement with the image at 3/4 of its size",
        HIGHER,
        "Deng et al. 2022, arXiv 2207.07065",
    ),
    "photometric_agreement": Score(
        "agreement with the image darkened",
        HIGHER,
        "Deng et al. 2022, arXiv 2207.07065",
    ),
    "average_agreement": Score(
        "agreement of raw with averaged weights",
        HIGHER,
        "Jiang et al. 2021, arXiv 2106.13799",
    ),
    "teacher_iou": Score(
        "IoU of teacher and student",
        HIGHER,
        "Jiang et al. 2021, arXiv 2106.13799",
    ),
    "class_share_distance": Score(
        "distance to the source's class shares",
        LOWER,
        "Hoffman et al. 2016, arXiv 1612.02649; Lin 1991",
    ),
}


def score(
    predictions: Predictions,
    prior: np.ndarray,
    partner: Predictions | None = None,
) -> dict[str, float | None]:
    """Computes every score of one candidate.

    Args:
        predictions: The candidate's.
        prior: Class shares of the source's labels `(C,)`.
        partner: Predictions of the same moment's other weights: of the
            average for raw weights, of the raw ones for an average. None
            leaves `average_agreement` and `teacher_iou` out.

    Returns:
        Values by the names of `SCORES`; None where one cannot be had. Those
        of views that nobody predicted are not there.
    """
    plain = predictions.plain
    drawn = plain[drawn_pixels(len(plain), NUM_NEIGHBOURS, SEED)]
    values: dict[str, float | None] = {
        "source_miou": metrics.mean_iou(predictions.source_confusion),
        "entropy": mean_entropy(plain),
        "mutual_information": mutual_information(plain),
        "neighbourhood_density": soft_density(drawn),
        "average_agreement": (
            agreement(plain, partner.plain) if partner else None
        ),
        "teacher_iou": teacher_iou(plain, partner.plain) if partner else None,
        "class_share_distance": class_share_distance(plain, prior),
    }
    for view, seen in predictions.views.items():
        values[agreement_with(view)] = agreement(plain, seen)
    return {name: _finite(values[name]) for name in SCORES if name in values}


def agreement_with(view: str) -> str:
    """The name of the agreement with a view."""
    return f"{view}_agreement"


def _finite(value: float | None) -> float | None:
    """JSON has no NaN; a score that is none counts as missing."""
    return value if value is not None and math.isfinite(value) else None
