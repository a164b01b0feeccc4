"""Small domains for tests: in memory, and as files."""

import time
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import ClassSet
from tf_advseg.datasets import Domain

CLASSES = ClassSet(
    "toys", ("road", "car", "sky"), ((128, 64, 128), (0, 0, 142), (0, 0, 255))
)


class NumberedDomain(Domain):
    """Image k is filled with k, and its label with k mod 3.

    Args:
        num_images: How many there are.
        size: (H, W) of each.
        corrupt: The keys that cannot be read.
        labels: Whether there are labels; reading one is a test's failure
            if there are none.
        is_slow: Whether reading takes a few milliseconds, a different time
            for each key.
    """

    name = "numbered"
    class_set = CLASSES
    splits = ("train",)

    def __init__(
        self,
        num_images=7,
        size=(8, 16),
        corrupt=(),
        labels=True,
        is_slow=False,
    ):
        self.num_images = num_images
        self.size = size
        self.corrupt = corrupt
        self.labels = labels
        self.is_slow = is_slow
        self.images_read = []

    def keys(self, split):
        return [f"{i:03d}" for i in range(self.num_images)]

    def has_labels(self, split):
        return self.labels

    def read_image(self, key):
        self.images_read.append(key)
        if self.is_slow:
            time.sleep(int(key) * 7 % 5 / 1000)
        if key in self.corrupt:
            raise DataError(f"{key!r} is empty (0 bytes).")
        return np.full((*self.size, 3), int(key), np.uint8)

    def read_label(self, key):
        if not self.labels:
            raise AssertionError("A label was read of a domain without any.")
        return np.full(self.size, int(key) % 3, np.uint8)


def write_image(path: Path, size=(8, 16), value=100) -> Path:
    """Writes an RGB image filled with `value`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((*size, 3), value, np.uint8)).save(path)
    return path


def write_label(path: Path, ids) -> Path:
    """Writes a greyscale label; `ids` is an array `(H, W)`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(ids, np.uint8)).save(path)
    return path


def write_folder(root: Path, num_images=3, size=(8, 16)) -> Path:
    """Writes ROOT/images, ROOT/labels and a class map of `CLASSES`."""
    for i in range(num_images):
        write_image(root / "images" / f"{i}.png", size, value=10 * i)
        write_label(root / "labels" / f"{i}.png", np.full(size, i % 3))
    (root / "classes.yaml").write_text(
        "name: toys\n"
        "classes:\n"
        "  - {name: road, id: 0}\n"
        "  - {name: car, id: 1}\n"
        "  - {name: sky, id: 2}\n"
    )
    return root
