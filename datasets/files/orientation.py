"""Which way up a picture is: what its notes say, read as Pillow reads them.

A camera stores pixels as its sensor lies, and notes how to turn them: tag
0x0112 of EXIF, which stands in a JPEG's segment APP1 (however late), in a
PNG's chunk eXIf (before or behind the pixels) or text "Raw profile type exif",
in WebP's chunk EXIF; where EXIF has no such tag, `tiff:Orientation` of XMP.

    1 as it is     2 mirrored    3 turned by 180      4 upside down, mirrored
    5 transposed   6 turn right  7 anti-transposed    8 turn left

A note that is damaged says nothing. The same rule stands, by other means, in
`export/graph/exif.py` (inside an exported graph), `export/edge/images/`,
`export/modelarts/` and `export/web/js/orientation.js`.
"""

from PIL import Image
from PIL.ImageFile import ImageFile

TAG = 0x0112
SWAPPING = (5, 6, 7, 8)
"""Orientations whose turn swaps height and width."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(picture: ImageFile) -> int:
    """Returns how the pixels that Pillow gives have to be turned, 1 to 8.

    The pixels of a PNG are decoded, since the note may stand behind them.
    """
    if picture.format == "TIFF":
        if picture.info.get("xmp"):
            picture.load()
        return 1  # Its pixels come upright, and its size is told so.
    if picture.format == "PNG":
        picture.load()
    try:
        value = picture.getexif().get(TAG, 1)
    except Exception:  # Damaged notes make the reader stumble in many ways.
        return 1
    return value if type(value) is int and 1 <= value <= 8 else 1


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """Returns the picture turned as an orientation says."""
    if orientation == 1:
        return picture
    return picture.transpose(_TURNS[orientation])
