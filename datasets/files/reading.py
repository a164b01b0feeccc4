"""Reads the resized samples of a split by index, for `tf.data`.

Decoders and Pillow let go of Python's lock while they work, so tf.data's
parallel calls do run in parallel.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.disk_cache.opening import open_disk_cache
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.files.sample_cache import SampleCache

MAX_SUBSTITUTES = 10
"""How many neighbours of a corrupt sample are tried before giving up."""


class SampleReader:
    """Reads the samples of one split by index, past corrupt ones.

    Args:
        domain: The domain.
        split: The split.
        size: (H, W) to resize to, or None to keep each image's own size.
        with_labels: Whether labels are read at all; False never calls
            `domain.read_label`.
        faults: Where corrupt samples are counted.
        cache_bytes: Samples are kept in memory up to this many bytes.
        cache_dir: Those that do not fit are kept in a folder below this one.

    Attributes:
        num_samples: How many samples the split has.
    """

    def __init__(
        self,
        domain: Domain,
        split: str,
        *,
        size: tuple[int, int] | None,
        with_labels: bool,
        faults: FaultLog,
        cache_bytes: int = 0,
        cache_dir: str | Path | None = None,
    ):
        self._domain = domain
        self._keys = domain.keys(split)
        self._size = size
        self._with_labels = with_labels
        self._faults = faults
        self._cache = SampleCache(cache_bytes)
        self._disk = None
        if cache_dir:
            self._disk = open_disk_cache(
                cache_dir, domain, split, size, with_labels
            )
        self._required_size: tuple[int, int] | None = None
        self.num_samples = len(self._keys)

    def require_equal_sizes(self) -> tuple[int, int]:
        """Makes every image have the first one's size, and returns it.

        For batches of whole images: without a size to resize to and without
        a crop, an image of another size counts as a fault.
        """
        self._required_size = self._size or self.read(0)[0].shape[:2]
        return self._required_size

    def read(self, index: int) -> tuple[np.ndarray, ...]:
        """Returns (image, label) or (image,), uint8, resized.

        A corrupt sample's place is taken by the next one of the split that
        can be read, so what comes depends on the files alone.

        Raises:
            DataError: If the fault log says that it is enough, or if
                `MAX_SUBSTITUTES` neighbours are corrupt too.
        """
        key, tries = "", min(MAX_SUBSTITUTES + 1, self.num_samples)
        for step in range(tries):
            key = self._keys[(index + step) % self.num_samples]
            try:
                sample = self._cache.get(key, lambda k=key: self._read(k))
            except DataError as error:
                self._faults.record(key, error)
                continue
            self._faults.succeeded()
            return sample
        self._faults.stop(
            f"{tries} samples in a row cannot be read, the last: "
            f"{self._faults.faults[key]} Repair or remove these files."
        )

    def forget(self) -> None:
        """Lets go of the samples kept in memory, and of the disk's cache."""
        self._cache.clear()
        if self._disk is not None:
            self._disk.close()

    def read_tensors(self, index: tf.Tensor) -> list[tf.Tensor]:
        """`read` as an operation, for `Dataset.map`; int64 scalar `index`."""
        num_arrays = 2 if self._with_labels else 1
        tensors = tf.numpy_function(
            self.read, [index], [tf.uint8] * num_arrays, stateful=False
        )
        height, width = self._size or self._required_size or (None, None)
        shapes = [(height, width, 3), (height, width)]
        for tensor, shape in zip(tensors, shapes, strict=False):
            tensor.set_shape(shape)
        return tensors

    def _read(self, key: str) -> tuple[np.ndarray, ...]:
        """Reads what is not in memory: from the disk's cache, or decodes."""

        def decode():
            return self._domain.read_sample(key, self._size, self._with_labels)

        sample = decode() if self._disk is None else self._disk.get(key, decode)
        self._check_size(key, sample[0])
        return sample

    def _check_size(self, key: str, image: np.ndarray) -> None:
        if self._size or self._required_size in (None, image.shape[:2]):
            return
        raise DataError(
            f"Image {key!r} of {self._domain.name!r} has the size "
            f"{image.shape[:2]} but the first one has {self._required_size}; "
            "images of one batch must be equal: give a size to resize to, "
            "or a crop."
        )
