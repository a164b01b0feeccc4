"""The few strokes that the pictures share, on Pillow."""

import functools

import numpy as np
from PIL import Image
from PIL import ImageDraw
from PIL import ImageFont

BACKGROUND = (255, 255, 255)
INK = (32, 32, 32)


def blank(width: int, height: int) -> Image.Image:
    """Returns an empty canvas, `width` x `height` pixels."""
    return Image.new("RGB", (width, height), BACKGROUND)


def to_image(picture: np.ndarray) -> Image.Image:
    """Returns uint8 `(H, W, 3)` or `(H, W)` as an RGB Pillow image."""
    return Image.fromarray(np.ascontiguousarray(picture)).convert("RGB")


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Returns the font that comes with Pillow, `size` pixels high."""
    return ImageFont.load_default(size)


def text(
    canvas: Image.Image,
    position: tuple[float, float],
    words: str,
    size: int,
    anchor: str = "la",
    fill: tuple[int, int, int] = INK,
) -> None:
    """Writes `words` at `position` (x, y); `anchor` as Pillow names it."""
    ImageDraw.Draw(canvas).text(
        position, words, fill=fill, font=font(size), anchor=anchor
    )


def text_width(words: str, size: int) -> int:
    """Returns the width of `words` in pixels."""
    return int(np.ceil(font(size).getlength(words)))


def ink_on(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """Returns black or white, whichever can be read on `colour`."""
    red, green, blue = (int(channel) for channel in colour)
    brightness = 0.299 * red + 0.587 * green + 0.114 * blue
    return (0, 0, 0) if brightness > 128 else (255, 255, 255)
