"""Measures one label: which raw ids or colours it holds, and where."""

from typing import Any
from typing import cast

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from tf_advseg.datasets.file_facts.borders import measure_borders
from tf_advseg.datasets.file_facts.facts import BANDS
from tf_advseg.datasets.file_facts.facts import LabelFacts
from tf_advseg.datasets.file_facts.image import SAMPLES
from tf_advseg.datasets.file_facts.image import is_see_through
from tf_advseg.datasets.file_facts.opening import look
from tf_advseg.datasets.files.picture_modes import COLOURS
from tf_advseg.datasets.files.picture_modes import FIRST_CHANNEL
from tf_advseg.datasets.files.picture_modes import ID_MODES
from tf_advseg.datasets.files.picture_modes import grey_step
from tf_advseg.datasets.files.picture_modes import holds_colours

MOST_COLOURS = 4096
"""A label with more is sampled: it was blurred, not drawn."""

MOST_LISTED = 2**14
"""More than a sample has pixels; Pillow makes room for as many at once."""


def label_facts(
    place: Any, kind: str, sample: np.ndarray | None = None
) -> LabelFacts:
    """Returns the facts of a label file.

    Args:
        place: Its path as text, or a file in an archive.
        kind: What its domain reads from it: IDS, COLOURS or FIRST_CHANNEL.
            A file that holds colours where ids are read is measured by its
            colours, so that they can be recognised.
        sample: Of the image's pixels, from `image_facts`.
    """
    return LabelFacts(
        **look(
            place,
            lambda picture, data, _: _measure(picture, data, kind, sample),
        )
    )


def _measure(picture, data, kind, sample):
    if kind == FIRST_CHANNEL and picture.mode.startswith("RGB"):
        return measure_ids(_first_channel(data), sample)
    if kind == COLOURS or picture.mode not in ID_MODES:
        return _of_colours(picture, sample)
    palette = _palette(picture)
    step = grey_step(picture)
    ids = np.asarray(picture)
    ids = ids if ids.dtype == np.uint8 else ids.astype(np.uint16)
    found = measure_ids(ids // step if step > 1 else ids, sample)
    used = found["codes"].tolist()
    found["palette"] = {i: palette[i] for i in used if i in palette}
    return found


def measure_ids(ids: np.ndarray, sample: np.ndarray | None) -> dict[str, Any]:
    """Returns the fields of `LabelFacts` that ids `(H, W)` show."""
    bands = [_histogram(band) for band in np.array_split(ids, BANDS)]
    counts = np.stack(bands, axis=1)
    codes = np.flatnonzero(counts.any(axis=1))
    return {
        "codes": codes,
        "counts": counts[codes],
        "borders": measure_borders(ids),
        **_colours_under(ids, sample),
    }


def _histogram(ids: np.ndarray) -> np.ndarray:
    size = 256 if ids.dtype == np.uint8 else 2**16
    return np.bincount(ids.ravel(), minlength=size)


def _of_colours(
    picture: ImageFile, sample: np.ndarray | None
) -> dict[str, Any]:
    is_sound = holds_colours(picture)
    common = {"holds_colours": True, "is_see_through": is_see_through(picture)}
    rgb = picture.convert("RGB")
    if rgb.getcolors(MOST_COLOURS) is None:
        small = rgb.resize((SAMPLES, SAMPLES), Image.Resampling.NEAREST)
        found = _count_colours(small)
        return {**common, "too_many": True, **found}
    found = _count_colours(rgb)
    codes = _packed(rgb.resize((SAMPLES, SAMPLES), Image.Resampling.NEAREST))
    under = _colours_under(codes, sample) if is_sound else {}
    return {**common, **found, **under}


def _count_colours(rgb: Image.Image) -> dict[str, Any]:
    """Pixels of each colour by band; Pillow counts them without a sort."""
    width, height = rgb.size
    edges = [height * i // BANDS for i in range(BANDS + 1)]
    totals: dict[int, np.ndarray] = {}
    for band in range(BANDS):
        strip = rgb.crop((0, edges[band], width, edges[band + 1]))
        found = cast(list[tuple[int, Any]], strip.getcolors(MOST_LISTED) or [])
        for count, (red, green, blue) in found:
            code = red << 16 | green << 8 | blue
            row = totals.setdefault(code, np.zeros(BANDS, np.int64))
            row[band] += count
    codes = sorted(totals)
    return {
        "codes": np.array(codes, np.int64),
        "counts": np.array([totals[code] for code in codes]),
    }


def _colours_under(
    ids: np.ndarray, sample: np.ndarray | None
) -> dict[str, Any]:
    """The image's mean colour under each code, from a grid of pixels."""
    if sample is None:
        return {}
    # As Pillow's nearest: the pixel under the middle of each cell.
    rows, columns = (
        ((np.arange(SAMPLES) + 0.5) * side / SAMPLES).astype(int)
        for side in ids.shape
    )
    under = ids[np.ix_(rows, columns)].ravel()
    codes, places = np.unique(under, return_inverse=True)
    counts = np.bincount(places.ravel())
    sums = [
        np.bincount(places.ravel(), weights=channel.ravel())
        for channel in np.moveaxis(sample, -1, 0)
    ]
    return {
        "colour_codes": codes.astype(np.int64),
        "colour_means": (np.stack(sums, 1) / counts[:, None]).astype("f4"),
        "colour_counts": counts,
    }


def _palette(picture: Image.Image) -> dict[int, int]:
    if picture.mode != "P":
        return {}
    values = picture.getpalette("RGB") or []
    return {
        index: red << 16 | green << 8 | blue
        for index, (red, green, blue) in enumerate(
            zip(*[iter(values)] * 3, strict=False)
        )
    }


def _packed(rgb: Image.Image) -> np.ndarray:
    red, green, blue = np.moveaxis(np.asarray(rgb, np.int64), -1, 0)
    return red << 16 | green << 8 | blue


def _first_channel(data: bytes) -> np.ndarray:
    """16-bit RGB, as SYNTHIA's labels: Pillow keeps only 8 bits of each."""
    import tensorflow as tf

    return tf.io.decode_png(data, dtype=tf.uint16)[..., 0].numpy()
