"""What a user shows a model: one image, or many that are streamed.

One image is a file, an array or a Pillow image. Many are a folder, a pattern,
a video, a list of the former, or an array of four dimensions.
"""

import dataclasses
import glob
import itertools
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL import ImageOps
from PIL.ImageFile import ImageFile

from tf_advseg.base.bounded_map import bounded_map
from tf_advseg.base.checks import DataError
from tf_advseg.datasets.files.image_files import upright_rgb
from tf_advseg.datasets.files.picture_modes import RGB_MODES
from tf_advseg.prediction import video
from tf_advseg.prediction.inputs import VIDEO_SUFFIXES
from tf_advseg.prediction.inputs import InputFile
from tf_advseg.prediction.inputs import find_inputs
from tf_advseg.prediction.stream import Fault
from tf_advseg.prediction.stream import Picture
from tf_advseg.prediction.stream import prepare
from tf_advseg.prediction.stream import read_picture

Size = tuple[int, int] | None


@dataclasses.dataclass(frozen=True, eq=False)
class InMemory:
    """An image that the user has already.

    Args:
        name: Of its outputs.
        image: uint8 `(H, W, 3)`, RGB, or a Pillow image.
    """

    name: str
    image: Any


Item = InputFile | InMemory


def is_one(images: Any) -> bool:
    """Whether the answer is one result, and not a stream of them."""
    if isinstance(images, str | Path):
        path = Path(images)
        is_video = path.suffix.lower() in VIDEO_SUFFIXES
        if path.exists():
            return path.is_file() and not is_video
        return not glob.has_magic(str(images))
    return is_memory(images)


def find_items(images: Any, leave_out: Path | None = None) -> list[Item]:
    """Returns the images that an argument stands for, in order.

    Args:
        images: What the user gave; of a generator, all that it has.
        leave_out: A folder of outputs that is not searched.

    Raises:
        DataError: If there is nothing, or nothing to predict.
    """
    if isinstance(images, str | Path):
        return list(find_inputs(str(images), leave_out))
    if is_memory(images):
        return [InMemory("image", images)]
    if not isinstance(images, Iterable):
        raise DataError(
            "Expected an image, a path or a list of them; received "
            f"{type(images).__name__}."
        )
    found: list[Item] = []
    for index, image in enumerate(images):
        if is_memory(image):
            found.append(InMemory(f"image_{index:06d}", image))
        else:
            found += find_items(image, leave_out)
    if not found:
        raise DataError("The list of images is empty; give one at least.")
    return found


def is_memory(images: Any) -> bool:
    """Whether this is an image, or else something that holds some."""
    if isinstance(images, Image.Image):
        return True
    return hasattr(images, "shape") and len(images.shape) < 4


def pictures(items: Iterable[Item], size: Size) -> Iterator[Picture | Fault]:
    """Yields images at the network's size; reads a few ahead.

    Args:
        items: From `find_items`.
        size: (H, W) for the network; None keeps each image's own.
    """

    def read(item):
        if isinstance(item, InputFile):
            return read_picture(item, size)
        return prepare(item.name, as_rgb(item.image), size)

    def is_film(item):
        return isinstance(item, InputFile) and item.is_video

    for film, run in itertools.groupby(items, key=is_film):
        if not film:
            yield from bounded_map(read, run)
            continue
        for item in run:
            assert isinstance(item, InputFile)
            yield from video.read_frames(item.path, item.name, size)


def as_rgb(image: Any) -> np.ndarray:
    """Returns an image in memory as uint8 `(H, W, 3)`, upright.

    Raises:
        DataError: If it is another thing; nothing is scaled or guessed.
    """
    if isinstance(image, Image.Image):
        try:
            return np.array(_upright(image))
        except OSError as error:
            raise DataError(
                f"The Pillow image cannot be decoded: {error}."
            ) from error
    array = np.asarray(image)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[-1] != 3:
        raise DataError(
            "Expected an image as uint8 (H, W, 3), RGB from 0 to 255; received "
            f"{array.dtype} {array.shape}. Convert it first, with "
            "PIL.Image.fromarray say."
        )
    if not array.size:
        raise DataError(f"The image has no pixels: its shape is {array.shape}.")
    return array


def _upright(picture: Image.Image) -> Image.Image:
    """An opened file as files are read; else what Pillow made."""
    name = "the Pillow image"
    if isinstance(picture, ImageFile):
        return upright_rgb(name, picture)
    if picture.mode not in RGB_MODES:
        raise DataError(
            f"{name} has the mode {picture.mode}; expected 8 bits a channel: "
            "convert it first, and say how its values map to 0-255."
        )
    return ImageOps.exif_transpose(picture).convert("RGB")
