"""How an artefact behaves at home: what drift on a device is measured against.

Measured with the very artefact, so that the bias of its 8-bit arithmetic is
in both sides of every comparison.

    mean_entropy             mean over images of an image's mean entropy
    entropy_per_class[c]     mean entropy of the pixels predicted as c
    class_shares[c]          share of the pixels predicted as c
    image_entropy_histogram  of the images' mean entropies, in tenths of the
                             images (deciles): what suits a PSI best

Entropies have a lower resolution than class maps. Their corners are aligned:
entropy (i, j) belongs to the class at row i (H - 1) / (h - 1), rounded, and
likewise for columns.
"""

from typing import Any

import numpy as np

NUM_BINS = 10


def classes_at(classes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns the classes `(H, W)` at the places of a coarser grid.

    Args:
        classes: Train ids.
        size: (h, w) of the grid; its corners are the class map's.
    """
    rows, columns = (
        np.rint(np.linspace(0, full - 1, coarse)).astype(int)
        for full, coarse in zip(classes.shape, size, strict=True)
    )
    return classes[np.ix_(rows, columns)]


class ReferenceCounter:
    """Adds up predictions, one image at a time.

    Args:
        num_classes: C.
    """

    def __init__(self, num_classes: int):
        self._num_classes = num_classes
        self._pixels = np.zeros(num_classes, np.int64)
        self._entropy_sums = np.zeros(num_classes)
        self._entropy_counts = np.zeros(num_classes, np.int64)
        self._means: list[float] = []

    def add(self, classes: np.ndarray, entropy: np.ndarray) -> None:
        """Counts one image.

        Args:
            classes: Train ids, uint8 `(H, W)`.
            entropy: Normalised, 0 to 1, `(h, w)`.
        """
        count = self._num_classes
        self._pixels += np.bincount(classes.ravel(), minlength=count)
        owners = classes_at(classes, entropy.shape).ravel()
        self._entropy_sums += np.bincount(
            owners, weights=entropy.ravel(), minlength=count
        )
        self._entropy_counts += np.bincount(owners, minlength=count)
        self._means.append(float(np.mean(entropy, dtype=np.float64)))

    def reference(self, domain: str, split: str) -> dict[str, Any]:
        """Returns what was counted, as JSON values.

        Raises:
            ValueError: If nothing was.
        """
        if not self._means:
            raise ValueError(
                f"Split {split!r} of {domain!r} gave no image to measure the "
                "artefact on."
            )
        shares = self._pixels / self._pixels.sum()
        per_class = [
            float(total / count) if count else None
            for total, count in zip(
                self._entropy_sums, self._entropy_counts, strict=True
            )
        ]
        return {
            "domain": domain,
            "split": split,
            "num_images": len(self._means),
            "mean_entropy": float(np.mean(self._means)),
            "entropy_per_class": per_class,
            "class_shares": shares.tolist(),
            "image_entropy_histogram": _histogram(np.array(self._means)),
        }


def _histogram(means: np.ndarray) -> dict[str, list[float]]:
    """Shares between the deciles, the outer ones moved out to 0 and 1."""
    edges = np.quantile(means, np.linspace(0, 1, NUM_BINS + 1))
    edges[0], edges[-1] = 0.0, 1.0
    if np.any(np.diff(edges) <= 0):  # Too few, or too equal, images.
        edges = np.linspace(0, 1, NUM_BINS + 1)
    counts, _ = np.histogram(means, edges)
    return {
        "edges": edges.tolist(),
        "shares": (counts / len(means)).tolist(),
    }
