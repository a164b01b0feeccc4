"""Some images of a split, with labels of somebody else's or with none."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.image_files import read_ids
from tf_advseg.datasets.files.resizing import resize_label

_VERSION = "part of a split, 1"


class PartOfSplit(Domain):
    """Images of another domain; that domain's own labels are never read.

    Args:
        whole: The domain that has the images.
        split: Which of its splits; the part has no other.
        keys: The images that are taken.
        name: What the part is called, beside the domain's name.
        labels: A PNG of train ids for each key, of any size: it is resized
            to its image, nearest; None: no labels.
        identity: A text that changes if a label does.
    """

    def __init__(
        self,
        whole: Domain,
        split: str,
        keys: Sequence[str],
        name: str,
        labels: Mapping[str, Path] | None = None,
        identity: str = "",
    ):
        self.name = f"{whole.name} ({name})"
        self.class_set = whole.class_set
        self.splits = (split,)
        self._whole = whole
        self._keys = sorted(keys)
        self._labels = labels
        self._identity = identity

    def keys(self, split: str) -> Sequence[str]:
        check_choice("split", split, self.splits)
        return self._keys

    def left_out(self, split: str) -> str:
        return self._whole.left_out(split)

    def has_labels(self, split: str) -> bool:
        return self._labels is not None

    def read_image(self, key: str) -> np.ndarray:
        return self._whole.read_image(key)

    def read_label(self, key: str) -> np.ndarray:
        return self._label(key, self.read_image(key).shape[:2])

    def read_sample(
        self, key: str, size: tuple[int, int] | None, with_label: bool
    ) -> tuple[np.ndarray, ...]:
        (image,) = self._whole.read_sample(key, size, False)
        if not with_label:
            return (image,)
        return image, self._label(key, image.shape[:2])

    def fingerprint(self, split: str, with_labels: bool) -> str | None:
        images = self._whole.fingerprint(split, False)
        if images is None:
            return None
        labels = self._identity if with_labels else ""
        return digest([_VERSION, images, labels, *self._keys])

    def _label(self, key: str, size: tuple[int, int]) -> np.ndarray:
        assert self._labels is not None  # `has_labels` says so.
        return resize_label(read_ids(self._labels[key]), size)
