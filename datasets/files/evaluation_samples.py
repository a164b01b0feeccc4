"""The images of a split one by one, in order, with labels at native size.

Evaluation compares at the label's own resolution (AdaptSegNet and ADVENT
evaluate 1024x512 inputs against 2048x1024 labels), so only the image is
resized here.
"""

import collections
import dataclasses
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np

from tf_advseg.base.bounded_map import hasty_pool
from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.files.resizing import resize_image

_READERS = 2
_READ_AHEAD = 4


@dataclasses.dataclass(frozen=True)
class Sample:
    """One image to predict and what it shows.

    Args:
        key: Its key in the domain.
        image: float32 `(h, w, 3)`, RGB 0-255, at the evaluation size.
        label: uint8 `(H, W)` train ids at native size, or None.
        native_size: (H, W) of the image before it was resized.
    """

    key: str
    image: np.ndarray
    label: np.ndarray | None
    native_size: tuple[int, int]


@dataclasses.dataclass(frozen=True, eq=False)
class EvaluationSamples:
    """What `evaluation_samples` returns; can be walked again and again."""

    domain: Domain
    keys: Sequence[str]
    size: tuple[int, int] | None
    with_labels: bool
    faults: FaultLog | None

    def __len__(self) -> int:
        """How many images the split has, corrupt ones included."""
        return len(self.keys)

    def __iter__(self) -> Iterator[Sample]:
        """Yields in key order while threads read a few images ahead."""
        keys = iter(self.keys)
        ahead = collections.deque()
        with hasty_pool(_READERS) as pool:
            for key in keys:
                ahead.append((key, pool.submit(self._read, key)))
                if len(ahead) > _READ_AHEAD:
                    yield from self._finish(*ahead.popleft())
            while ahead:
                yield from self._finish(*ahead.popleft())

    def _read(self, key: str) -> Sample:
        image = self.domain.read_image(key)
        label = self.domain.read_label(key) if self.with_labels else None
        native_size = image.shape[:2]
        image = resize_image(image, self.size or native_size)
        return Sample(key, image.astype(np.float32), label, native_size)

    def _finish(self, key, future) -> Iterator[Sample]:
        try:
            sample = future.result()
        except DataError as error:
            if self.faults is None:
                raise
            self.faults.record(key, error)
            return
        if self.faults is not None:
            self.faults.succeeded()
        yield sample


def evaluation_samples(
    domain: Domain,
    split: str,
    size: tuple[int, int] | None = None,
    faults: FaultLog | None = None,
    share: slice = slice(None),
) -> EvaluationSamples:
    """Returns the samples of a split in key order.

    Args:
        domain: The domain.
        split: The split; where it has no labels, `Sample.label` is None.
        size: (H, W) that images are resized to, bicubic; None keeps theirs.
        faults: Where corrupt samples are counted and left out. None raises
            at the first: a score must not quietly be about fewer images.
        share: Which images of the split, in order; all by default.

    Raises:
        DataError: While iterating: at a corrupt sample if `faults` is None,
            otherwise once there are too many.

    Example:
        >>> for sample in evaluation_samples(domain, "val", (512, 1024)):
        ...     print(sample.key, sample.image.shape)  # doctest: +SKIP
    """
    return EvaluationSamples(
        domain,
        domain.keys(split)[share],
        size,
        domain.has_labels(split),
        faults,
    )
