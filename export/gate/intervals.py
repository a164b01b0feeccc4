"""How far the gate's figures would move with other images of the same kind.

The bootstrap over the gate's images (`metrics/bootstrap.py`), of each model by
itself; in percent, as all figures of the gate.

Letters: N images, C classes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.metrics import bootstrap

LEVEL = 0.95


def of_miou(confusions: np.ndarray) -> tuple[float, float] | None:
    """The range of the mIoU; None if no class occurs.

    Args:
        confusions: Pixel counts of each image `(N, C, C)`, rows are the truth.
    """
    found = bootstrap.interval_of(_counts(confusions), level=LEVEL)
    ends = (100 * float(found.low), 100 * float(found.high))
    return None if np.isnan(ends).any() else ends


def of_all(
    confusions: np.ndarray, class_names: Sequence[str]
) -> dict[str, Any]:
    """Ranges of the mIoU and of each class' IoU, as plain JSON values.

    Args:
        confusions: As above.
        class_names: C names.

    Returns:
        `level`, `miou` (low and high) and `iou`: by class its value, low and
        high; None for a class that occurs nowhere.
    """
    found = bootstrap.interval_of(
        _counts(confusions), statistic=bootstrap.iou_of_counts, level=LEVEL
    )
    rows = 100 * np.stack([found.value, found.low, found.high], axis=-1)
    return {
        "level": LEVEL,
        "miou": of_miou(confusions),
        "iou": {
            name: None if np.isnan(row).any() else row.tolist()
            for name, row in zip(class_names, rows, strict=True)
        },
    }


def _counts(confusions):
    return np.stack([bootstrap.pixel_counts(each) for each in confusions])
