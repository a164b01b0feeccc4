"""What a segmenter does on images without labels: how sure, which classes.

Entropy and class shares need no truth. They show a collapse (one class
everywhere) and a domain gap (high entropy) on the unlabelled target.
"""

import dataclasses
from typing import Any

import numpy as np

from tf_advseg.base.progress import Progress
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.predicted_samples import check_same_classes
from tf_advseg.evaluation.predicted_samples import predicted_samples
from tf_advseg.networks.ensemble import Ensemble


@dataclasses.dataclass(frozen=True, eq=False)
class Observation:
    """Label-free facts about predictions on one split.

    Attributes:
        class_names: C names.
        predicted_pixels: int64 `(C,)`: pixels predicted as each class.
        entropies: Mean normalised entropy (0-1) of each image by its key.
        faults: The key of each image that was left out, and why.
    """

    class_names: tuple[str, ...]
    predicted_pixels: np.ndarray
    entropies: dict[str, float]
    faults: dict[str, str]

    @property
    def class_shares(self) -> np.ndarray:
        """Share of the pixels predicted as each class `(C,)`, sum 1."""
        return self.predicted_pixels / max(self.predicted_pixels.sum(), 1)

    @property
    def mean_entropy(self) -> float:
        """Mean over the images of their mean entropy, NaN if none."""
        values = list(self.entropies.values())
        return float(np.mean(values)) if values else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        shares = zip(self.class_names, self.class_shares, strict=True)
        return {
            "mean_entropy": self.mean_entropy if self.entropies else None,
            "class_shares": {name: float(share) for name, share in shares},
            "entropies": self.entropies,
            "faults": self.faults,
        }


def observe(
    ensemble: Ensemble,
    domain: Domain,
    split: str,
    *,
    size: tuple[int, int] | None,
    batch_size: int = 1,
    faults: FaultLog | None = None,
    progress: Progress | None = None,
    share: slice = slice(None),
) -> Observation:
    """Predicts every image of a split; labels, if any, are not looked at.

    Args:
        ensemble: The segmenters.
        domain: The domain; its class set must be the segmenters'.
        split: Any split.
        size: (H, W) images are resized to; None keeps each image's own.
        batch_size: How many neighbours of equal sizes go through at once.
        faults: Where corrupt images are counted and left out; None raises
            at the first.
        progress: Told of each image.
        share: Which images of the split, in order.

    Raises:
        ValueError: If the class sets differ.
        DataError: If an image is corrupt, or, with `faults`, too many are.
    """
    check_same_classes(ensemble, domain)
    pixels = np.zeros(ensemble.num_classes, np.int64)
    entropies = {}
    samples = EvaluationSamples(
        domain,
        domain.keys(split)[share],
        size,
        with_labels=False,
        faults=faults,
    )
    for sample, (classes, entropy) in predicted_samples(
        ensemble.predict_classes_and_entropy,
        samples,
        batch_size=batch_size,
        progress=progress,
    ):
        pixels += np.bincount(classes.ravel(), minlength=ensemble.num_classes)
        entropies[sample.key] = float(entropy.mean(dtype=np.float64))
    return Observation(
        class_names=domain.class_set.names,
        predicted_pixels=pixels,
        entropies=entropies,
        faults=dict(faults.faults) if faults else {},
    )
