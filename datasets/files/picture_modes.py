"""What Pillow's modes mean for images and for labels.

Pillow's `mode` says what pixels become in memory, its raw mode how they lie
in the file; some losses (16 bits to 8) show only in the second.
"""

from PIL.ImageFile import ImageFile

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
"""What Pillow may open: what a file is, its bytes say and not its name. Pillow
knows forty more, some of which start other programs (EPS starts Ghostscript)
or are decoded by code that nobody looks at."""

RGB_MODES = ("RGB", "RGBA", "RGBX", "L", "LA", "La", "P", "PA", "1", "CMYK")
RGB_MODES += ("YCbCr", "LAB", "HSV", "RGBa")
"""Modes of images with 8 bits a channel, which can become RGB."""

ID_MODES = ("L", "P", "1", "I;16", "I;16B")
"""Modes of labels with one number a pixel."""

COLOUR_MODES = ("RGB", "RGBA", "P")
"""Modes of labels whose colours are the classes."""

IDS, COLOURS, FIRST_CHANNEL = "ids", "colours", "first_channel"
"""What label files hold: one number a pixel, 8-bit RGB colours, or numbers in
the first of 16-bit channels."""

_GREY_STEPS = {"L;2": 85, "L;4": 17}
"""What Pillow multiplies 2- and 4-bit greys by to fill 0-255: as numbers of
classes they have to be divided again (PNG optimisers write such files)."""


def has_16_bits(picture: ImageFile) -> bool:
    """Whether Pillow would quietly drop the lower 8 of 16 bits.

    It opens 16-bit RGB PNGs as mode RGB; only the raw mode tells. Ask before
    the pixels are loaded.
    """
    return any(";16" in mode for mode in _raw_modes(picture))


def is_rgb(picture: ImageFile) -> bool:
    """Whether an image has 8 bits a channel and can become RGB."""
    return picture.mode in RGB_MODES and not has_16_bits(picture)


def holds_colours(picture: ImageFile) -> bool:
    """Whether a label file holds 8-bit colours."""
    return picture.mode in COLOUR_MODES and not has_16_bits(picture)


def grey_step(picture: ImageFile) -> int:
    """What to divide the numbers of a label by to get its ids."""
    return max(_GREY_STEPS.get(mode, 1) for mode in _raw_modes(picture))


def _raw_modes(picture: ImageFile) -> list[str]:
    """How the pixels lie in the file: `["L;4"]`, say; never empty."""
    arguments = [args for *_, args in picture.tile if args is not None]
    return [
        argument if isinstance(argument, str) else str(argument[0])
        for argument in arguments or [picture.mode]
    ]
