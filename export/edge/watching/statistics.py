"""What a segmenter says about many images: how sure it is, which classes.

The reference in an artefact and the measurement on a device are both made
here, so they can be compared. A frame is one prediction, or several where
the image was cut into tiles.

Letters: C classes, (H, W) the network's input, (h, w) its low resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import EdgeError
from ..network import Prediction

NUM_BINS = 10
FINE_EDGES = np.linspace(0, 1, 20_001)
"""Steps of image entropies from which a reference's bins are chosen."""


class Statistics:
    """Sums over frames; they take the same memory for any number of frames.

    Args:
        num_classes: C.
        edges: Borders of the histogram of image entropies, rising.
    """

    def __init__(
        self, num_classes: int, edges: Sequence[float] | np.ndarray = FINE_EDGES
    ):
        self._edges = np.asarray(edges, np.float64)
        self.num_images = 0
        self.histogram = np.zeros(len(self._edges) - 1, np.int64)
        self._pixels = np.zeros(num_classes, np.int64)
        self._entropy = 0.0
        self._class_entropy = np.zeros(num_classes)
        self._class_points = np.zeros(num_classes, np.int64)

    def add(self, predictions: Sequence[Prediction]) -> None:
        """Counts one frame, given as the predictions of its pieces."""
        means = [
            float(piece.entropy.mean(dtype=np.float64)) / 255
            for piece in predictions
        ]
        image_entropy = sum(means) / len(means)
        self.num_images += 1
        self._entropy += image_entropy
        self.histogram[self._bin(image_entropy)] += 1
        for piece in predictions:
            self._add_classes(piece)

    def _bin(self, value):
        # The last bin holds its upper border too; what lies outside counts
        # in the first or last bin.
        inner = self._edges[1:-1]
        return int(np.searchsorted(inner, value, side="right"))

    def _add_classes(self, piece):
        count = len(self._pixels)
        pixels = np.bincount(piece.classes.ravel(), minlength=count)
        if len(pixels) > count:
            raise EdgeError(
                f"The network predicts class {len(pixels) - 1}, but its "
                f"metadata names only {count} classes; export it again."
            )
        self._pixels += pixels
        classes = classes_at(piece.classes, piece.entropy.shape).ravel()
        entropy = piece.entropy.ravel() / 255
        self._class_points += np.bincount(classes, minlength=count)
        self._class_entropy += np.bincount(classes, entropy, count)

    @property
    def mean_entropy(self) -> float:
        """Mean normalised entropy (0-1) of the images."""
        return self._entropy / max(self.num_images, 1)

    @property
    def entropy_per_class(self) -> list[float | None]:
        """Mean entropy where a class is predicted; None if it never is."""
        return [
            float(total / points) if points else None
            for total, points in zip(self._class_entropy, self._class_points)
        ]

    @property
    def class_shares(self) -> np.ndarray:
        """Share of the pixels predicted as each class, `(C,)`."""
        return self._pixels / max(int(self._pixels.sum()), 1)

    def to_reference(self, domain: str, split: str) -> dict[str, Any]:
        """Returns what an artefact stores, for a device to compare with.

        The bins of the histogram hold about a tenth of the images each: with
        bins of equal width nearly all images would lie in one or two.

        Args:
            domain: Name of the images' domain, for the reader.
            split: Name of the split, for the reader.

        Raises:
            ValueError: If no image was counted, or the edges were given.
        """
        if not self.num_images or len(self._edges) != len(FINE_EDGES):
            raise ValueError(
                "A reference needs statistics of at least one image, made "
                "without edges of their own."
            )
        edges, counts = _tenths(self.histogram)
        return {
            "domain": domain,
            "split": split,
            "num_images": self.num_images,
            "mean_entropy": self.mean_entropy,
            "entropy_per_class": self.entropy_per_class,
            "class_shares": self.class_shares.tolist(),
            "image_entropy_histogram": {
                "edges": edges,
                "shares": (counts / self.num_images).tolist(),
            },
        }


def classes_at(classes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns the classes `(h, w)` at the points of a corners-aligned grid.

    Args:
        classes: Train ids `(H, W)`.
        size: (h, w).

    Example:
        >>> classes_at(np.array([[0, 1, 2, 3, 4]]), (1, 3)).tolist()
        [[0, 2, 4]]
    """
    rows, columns = (
        np.rint(np.arange(few) * (many - 1) / max(few - 1, 1)).astype(int)
        for few, many in zip(size, classes.shape)
    )
    return classes[rows[:, None], columns]


def _tenths(fine: np.ndarray) -> tuple[list[float], np.ndarray]:
    """Joins fine bins into ten that hold about as many images each.

    Of too few, or too equal, images some would be empty and have no width:
    then all ten are equally wide.
    """
    ranks = np.arange(1, NUM_BINS) * fine.sum() / NUM_BINS
    below = np.cumsum(fine)
    # A border lies midway between the last image of a tenth and the next one.
    last = np.searchsorted(below, ranks, side="left")
    following = np.searchsorted(below, below[last], side="right")
    borders = [0, *((last + following) // 2 + 1).tolist(), len(fine)]
    if np.any(np.diff(borders) <= 0):
        borders = [i * len(fine) // NUM_BINS for i in range(NUM_BINS + 1)]
    counts = [fine[a:b].sum() for a, b in zip(borders, borders[1:])]
    return FINE_EDGES[borders].tolist(), np.array(counts)
