"""Reads image and label files, or says in one sentence why not.

What is made of each kind of image:

* greyscale, palette and 1-bit images become RGB; CMYK becomes RGB by
  Pillow's plain formula (no colour profile); alpha is dropped;
* the EXIF orientation of cameras is applied, as viewers do, so that what is
  trained on is what a person saw and labelled;
* 16-bit and float images are refused: how they map to 0-255 (thermal cameras
  use a few thousand of the 65,536 steps) is for their owner to say.

Labels are never converted: ids are the numbers in the file (the indices of a
palette image, 8 or 16 bits), colours are its RGB values.
"""

import contextlib
from collections.abc import Iterator

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.files.more_pictures import say_left_out
from tf_advseg.datasets.files.orientation import SWAPPING
from tf_advseg.datasets.files.orientation import orientation_of
from tf_advseg.datasets.files.orientation import turned
from tf_advseg.datasets.files.picture_modes import FORMATS
from tf_advseg.datasets.files.picture_modes import ID_MODES
from tf_advseg.datasets.files.picture_modes import grey_step
from tf_advseg.datasets.files.picture_modes import has_16_bits
from tf_advseg.datasets.files.picture_modes import holds_colours
from tf_advseg.datasets.files.picture_modes import is_rgb
from tf_advseg.datasets.files.png_decoding import decode_plain_png
from tf_advseg.datasets.files.png_decoding import is_surely_upright


def read_rgb(path: Place) -> np.ndarray:
    """Returns an image file as uint8 `(H, W, 3)`, upright.

    Raises:
        DataError: If it cannot be read, is too large, or has more than 8
            bits a channel.
    """
    with _open(path) as picture:
        return np.array(upright_rgb(path, picture))


def read_picture(path: Place) -> Image.Image:
    """Returns what `read_rgb` does as a Pillow picture, a bit sooner."""
    with _open(path) as picture:
        return decode_plain_png(picture) or upright_rgb(path, picture)


def image_size(path: Place) -> tuple[int, int]:
    """Returns (H, W) of an image file, upright, without decoding it."""
    with _open(path) as picture:
        upright = is_surely_upright(picture)
        swapped = not upright and orientation_of(picture) in SWAPPING
        width, height = picture.size[::-1] if swapped else picture.size
        return height, width


def read_ids(path: Place) -> np.ndarray:
    """Returns a label file as ids `(H, W)`: uint16, or uint8 if they fit.

    Raises:
        DataError: If it cannot be read or holds colours.
    """
    with _open(path) as picture:
        if picture.mode not in ID_MODES:
            raise DataError(
                f"Label {str(path)!r} has the mode {picture.mode}; expected "
                "one number a pixel (greyscale or palette). If its colours "
                "are the labels, leave the ids out of the class map."
            )
        step = grey_step(picture)
        ids = np.array(picture)
        if ids.dtype == np.uint8:
            return ids // step if step > 1 else ids
        return ids.astype(np.uint16) // step


def read_first_channel(path: Place) -> np.ndarray:
    """Returns ids, uint16 `(H, W)`, from the first of 16-bit channels.

    SYNTHIA's labels are 16-bit RGB: class, instance, nothing. Pillow would
    keep the upper 8 bits of each, all zero; TensorFlow decodes 16.

    Raises:
        DataError: If it cannot be read or holds 8-bit colours.
    """
    with _open(path) as picture:
        if not (picture.mode.startswith("RGB") and has_16_bits(picture)):
            return read_ids(path)
        import tensorflow as tf  # For these files alone.

        data = tf.io.decode_png(path.read_bytes(), dtype=tf.uint16)
        return data[..., 0].numpy()


def read_colours(path: Place) -> np.ndarray:
    """Returns a label file as uint8 RGB colours `(H, W, 3)`.

    Raises:
        DataError: If it cannot be read or holds no colours.
    """
    with _open(path) as picture:
        if not holds_colours(picture):
            raise DataError(
                f"Label {str(path)!r} has the mode {picture.mode}; expected "
                "8-bit RGB or palette colours, since the class map has "
                "colours and no ids."
            )
        return np.array(picture.convert("RGB"))


def upright_rgb(name: object, picture: ImageFile) -> Image.Image:
    """Returns an open picture as `read_rgb` does; messages call it `name`.

    Raises:
        DataError: If it has more than 8 bits a channel.
    """
    if not is_rgb(picture):
        raise DataError(
            f"Image {str(name)!r} has more than 8 bits a channel (mode "
            f"{picture.mode}); convert it to 8 bits a channel first."
        )
    return turned(picture, orientation_of(picture)).convert("RGB")


@contextlib.contextmanager
def _open(path: Place) -> Iterator[ImageFile]:
    """Opens a picture; whatever goes wrong inside becomes a DataError."""
    try:
        with (
            path.open("rb") as file,
            Image.open(file, formats=FORMATS) as picture,
        ):
            _check_pixels(path, picture)
            say_left_out(path, picture)
            yield picture
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(_missing(path)) from None
    except Image.DecompressionBombError:
        raise DataError(_too_large(path, "too many")) from None
    # Decoders raise whatever a broken file makes them stumble over
    # (SyntaxError, struct.error, IndexError, ...), not only OSError.
    except Exception as error:
        raise DataError(_unreadable(path, error)) from error


def _check_pixels(path: Place, picture: ImageFile) -> None:
    limit = Image.MAX_IMAGE_PIXELS
    width, height = picture.size
    if limit is not None and width * height > limit:
        raise DataError(_too_large(path, f"{height} x {width}"))


def _too_large(path: Place, amount: str) -> str:
    return (
        f"{str(path)!r} has {amount} pixels; expected at most "
        f"{Image.MAX_IMAGE_PIXELS} (PIL.Image.MAX_IMAGE_PIXELS): scale it "
        "down or cut it into pieces."
    )


def _missing(path: Place) -> str:
    if path.is_symlink():
        return f"{str(path)!r} is a link to a file that does not exist."
    return f"{str(path)!r} does not exist."


def _unreadable(path: Place, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{str(path)!r} cannot be read: {error.strerror}."
    if not path.is_file():
        return f"{str(path)!r} is not a file."
    if path.stat().st_size == 0:
        return f"{str(path)!r} is empty (0 bytes)."
    if isinstance(error, Image.UnidentifiedImageError):
        return f"{str(path)!r} is not an image of a known format."
    return f"{str(path)!r} cannot be decoded: {error}."
