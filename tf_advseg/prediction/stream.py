"""Pictures in, predictions out, a few at a time.

Threads read and resize ahead of the network; at most a handful of pictures
are in memory at once, however many there are.
"""

import dataclasses
import itertools
from collections.abc import Iterable
from collections.abc import Iterator

import numpy as np

from tf_advseg.base.bounded_map import bounded_map
from tf_advseg.base.checks import DataError
from tf_advseg.datasets.files.image_files import read_rgb
from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.evaluation import bands
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.prediction.inputs import InputFile


@dataclasses.dataclass(frozen=True, eq=False)
class Picture:
    """An image ready for the network.

    Args:
        name: Of its outputs, without a suffix.
        image: uint8 `(H, W, 3)`, RGB, at its own size.
        resized: The same at the network's size, uint8 `(h, w, 3)`.
    """

    name: str
    image: np.ndarray
    resized: np.ndarray


@dataclasses.dataclass(frozen=True)
class Fault:
    """An image that cannot be read, and why."""

    name: str
    reason: str


@dataclasses.dataclass(frozen=True, eq=False)
class Prediction:
    """What the network says about a picture.

    Args:
        name: Of its outputs, without a suffix.
        image: uint8 `(H, W, 3)`, RGB.
        classes: Train ids, uint8 `(H, W)`.
        entropy: Normalised entropy (0-1), float32 `(H, W)`, if wanted.
        confidence: Probability of the class, float32 `(H, W)`, if wanted.
    """

    name: str
    image: np.ndarray
    classes: np.ndarray
    entropy: np.ndarray | None
    confidence: np.ndarray | None = None


def read_pictures(
    files: Iterable[InputFile], size: tuple[int, int] | None
) -> Iterator[Picture | Fault]:
    """Yields the images of files in order; a `Fault` for each corrupt one."""
    return bounded_map(lambda file: read_picture(file, size), files)


def read_picture(
    file: InputFile, size: tuple[int, int] | None
) -> Picture | Fault:
    """Returns the image of a file, or a `Fault` if it is corrupt."""
    try:
        return prepare(file.name, read_rgb(file.path), size)
    except DataError as error:
        return Fault(file.name, str(error))


def prepare(
    name: str, image: np.ndarray, size: tuple[int, int] | None
) -> Picture:
    """Resizes an image for the network: bicubic, as in training."""
    return Picture(name, image, resize_image(image, size or image.shape[:2]))


def predict_pictures(
    ensemble: Ensemble,
    pictures: Iterable[Picture | Fault],
    *,
    with_entropy: bool,
    with_confidence: bool = False,
    batch_size: int = 1,
) -> Iterator[Prediction | Fault]:
    """Yields a prediction a picture, in order; faults pass through.

    Args:
        ensemble: The segmenters.
        pictures: From `read_pictures`, or frames of a video.
        with_entropy: Whether entropies are computed too.
        with_confidence: Whether entropies and confidences are.
        batch_size: How many neighbours of equal sizes go through at once.
    """

    maps = bands.ENTROPIES if with_entropy else bands.CLASSES
    if with_confidence:
        maps = bands.CONFIDENCES

    def sizes(picture):
        if isinstance(picture, Fault):
            return None
        return picture.image.shape, picture.resized.shape

    for size, run in itertools.groupby(pictures, key=sizes):
        if size is None:
            yield from (one for one in run if isinstance(one, Fault))
            continue
        while batch := list(itertools.islice(run, batch_size)):
            yield from _predict_batch(ensemble, batch, maps)


def _predict_batch(ensemble, batch, maps):
    images = np.stack([p.resized for p in batch]).astype(np.float32)
    size = batch[0].image.shape[:2]
    found = list(bands.predict(ensemble, images, size, maps))
    found += [[None] * len(batch)] * (bands.CONFIDENCES - len(found))
    for picture, *of_picture in zip(batch, *found, strict=True):
        yield Prediction(picture.name, picture.image, *of_picture)
