"""Images of the domain that a model was adapted to."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tf_advseg.datasets.files.resizing import resize_image


@dataclasses.dataclass(frozen=True, eq=False)
class HomeImages:
    """Images, and where they are from.

    Attributes:
        domain: Its name.
        split: The split they are from.
        images: uint8 `(H, W, 3)`, each at its own size.
        labels: uint8 `(H, W)` train ids, or None.
        keys: What the domain calls them; () where nobody needs to know.
    """

    domain: str
    split: str
    images: Sequence[np.ndarray]
    labels: Sequence[np.ndarray] | None = None
    keys: Sequence[str] = ()

    def resized(self, size: tuple[int, int] | None) -> list[np.ndarray]:
        """The images at one size, bicubic, as in training."""
        return [resize_image(i, size or i.shape[:2]) for i in self.images]
