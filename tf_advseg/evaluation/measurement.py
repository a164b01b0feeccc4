"""What `measure` finds: numbers an image, sums over a split.

A few numbers an image and class are kept, so that results can be compared
image by image and drawn again (`tf_advseg.metrics.bootstrap`).

Letters: N images, C classes, M bins of confidence, E bins of entropy.
"""

import dataclasses
from typing import Any

import numpy as np

from tf_advseg.metrics import boundary_iou
from tf_advseg.metrics import iou as metrics
from tf_advseg.metrics.bootstrap import miou_of_counts
from tf_advseg.metrics.calibration import Reliability


@dataclasses.dataclass(frozen=True, eq=False)
class AgainstTruth:
    """How predictions meet the labels.

    Attributes:
        counts: Intersections, true and predicted pixels, int64 `(N, 3, C)`.
        confusion: int64 `(C, C)`, rows are the truth.
        reliability: Pixels by confidence.
        boundary: Intersections and unions of outlines, int64 `(2, C)`.
    """

    counts: np.ndarray
    confusion: np.ndarray
    reliability: Reliability
    boundary: np.ndarray

    @property
    def iou(self) -> np.ndarray:
        """IoU of each class `(C,)`, a fraction; NaN where it is absent."""
        return metrics.iou_per_class(self.confusion)

    @property
    def miou(self) -> float:
        """Mean IoU of the classes that occur."""
        return metrics.mean_iou(self.confusion)

    @property
    def boundary_iou(self) -> np.ndarray:
        """Boundary IoU of each class `(C,)`."""
        return boundary_iou.boundary_iou(self.boundary)

    @property
    def image_mious(self) -> np.ndarray:
        """Mean IoU of each image on its own `(N,)`."""
        return miou_of_counts(self.counts)


@dataclasses.dataclass(frozen=True, eq=False)
class Measurement:
    """A segmenter on a split.

    Attributes:
        domain: Name of the domain.
        split: Name of the split.
        class_names: C names.
        num_in_split: How many images the split has, looked at or not.
        faults: The key of each image that was left out, and why.
        entropies: Mean normalised entropy (0-1) of each image by its key.
        entropy_histogram: Pixels by normalised entropy, int64 `(E,)`.
        predicted_pixels: int64 `(C,)`: pixels predicted as each class.
        truth: What the labels say, or None without labels.
        parts: Of several domains, their names; keys begin with them.
    """

    domain: str
    split: str
    class_names: tuple[str, ...]
    num_in_split: int
    faults: dict[str, str]
    entropies: dict[str, float]
    entropy_histogram: np.ndarray
    predicted_pixels: np.ndarray
    truth: AgainstTruth | None
    parts: tuple[str, ...] = ()

    def of_parts(self) -> dict[str, tuple[int, float, float | None]]:
        """Images, mean entropy (0-1) and mIoU (a fraction) by domain.

        Of several domains; the mIoU is None without labels.
        """
        found = {}
        for name in self.parts:
            own = [key.startswith(f"{name}/") for key in self.keys]
            entropies = np.array([*self.entropies.values()])[own]
            if not entropies.size:
                continue
            miou = None
            if self.truth is not None:
                miou = float(miou_of_counts(self.truth.counts[own].sum(axis=0)))
            found[name] = len(entropies), float(entropies.mean()), miou
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """The images, N keys."""
        return tuple(self.entropies)

    @property
    def mean_entropy(self) -> float:
        """Mean over the images, NaN if there are none."""
        values = list(self.entropies.values())
        return float(np.mean(values)) if values else float("nan")

    @property
    def class_shares(self) -> np.ndarray:
        """Share of the pixels predicted as each class `(C,)`, sum 1."""
        return self.predicted_pixels / max(self.predicted_pixels.sum(), 1)

    def to_dict(self) -> dict[str, Any]:
        """Returns what needs no labels as plain JSON values."""
        shares = zip(self.class_names, self.class_shares, strict=True)
        return {
            "mean_entropy": self.mean_entropy if self.entropies else None,
            "class_shares": {name: float(share) for name, share in shares},
            "entropies": self.entropies,
            "faults": self.faults,
        }
