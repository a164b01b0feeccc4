"""What every format writes: an image's name and a class for each pixel."""

import dataclasses
from collections.abc import Iterator

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class Draft:
    """A mask that a model proposes.

    Attributes:
        image: The image's file name, "001_street.png" say.
        classes: Train ids, uint8 `(H, W)`.
    """

    image: str
    classes: np.ndarray

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return self.image.rpartition(".")[0]

    @property
    def size(self) -> tuple[int, int]:
        """(H, W)."""
        height, width = self.classes.shape
        return height, width

    def masks(self) -> Iterator[tuple[int, np.ndarray]]:
        """Yields each class that is there with its mask, bool `(H, W)`."""
        for index in np.unique(self.classes):
            yield int(index), self.classes == index
