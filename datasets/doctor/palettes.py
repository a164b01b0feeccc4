"""Recognises the palette that coloured labels were painted with."""

import dataclasses
import functools
from collections.abc import Mapping

from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.classes.label_table import bit_colour
from tf_advseg.datasets.classes.label_table import colour_code
from tf_advseg.datasets.classes.label_table import colour_of
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.files.picture_modes import COLOURS
from tf_advseg.datasets.published import PUBLISHED

Palette = Mapping[int, str]
"""The class of each colour, 0xRRGGBB."""

_ENOUGH = 0.99
"""A palette is recognised if it names this share of the pixels."""

_BLACK = 0


@dataclasses.dataclass(frozen=True)
class Guess:
    """A palette that explains a label.

    Args:
        title: Whose palette it is.
        is_swapped: Whether red and blue have changed places.
        classes: The class of each colour that occurs.
    """

    title: str
    is_swapped: bool
    classes: Palette

    @property
    def text(self) -> str:
        swapped = " with red and blue swapped" if self.is_swapped else ""
        return f"{self.title}{swapped}"


def swapped(code: int) -> int:
    """Returns a colour with red and blue in each other's place."""
    return (code & 0xFF) << 16 | code & 0xFF00 | code >> 16


def of_class_set(class_set: ClassSet) -> Palette:
    """Returns the palette of a class set."""
    pairs = zip(class_set.palette, class_set.names, strict=True)
    return {colour_code(colour): name for colour, name in pairs}


def guess(
    totals: Mapping[int, int], own: Mapping[str, Palette] | None = None
) -> Guess | None:
    """Returns the palette that names all but 1 % of a label's pixels.

    Black counts as "nothing" in every palette, and is no evidence.

    Args:
        totals: Pixels of each colour.
        own: Further palettes by title, tried first.
    """
    painted = {c: n for c, n in totals.items() if c not in (_BLACK, 0xFFFFFF)}
    total = sum(painted.values())
    if not total:
        return None
    candidates = [*(own or {}).items(), *_known().items()]
    for is_swapped in (False, True):
        for title, palette in candidates:
            names = {
                code: palette.get(swapped(code) if is_swapped else code)
                for code in painted
            }
            share = sum(n for c, n in painted.items() if names[c]) / total
            if share >= _ENOUGH:
                classes = {c: name for c, name in names.items() if name}
                return Guess(title, is_swapped, classes)
    return None


def described(totals: Mapping[int, int], classes: Palette, most: int = 6):
    """Returns the most frequent colours as text: `[0, 0, 142] 3.1 % (car)`."""
    total = sum(totals.values())
    frequent = sorted(totals, key=totals.__getitem__, reverse=True)[:most]
    parts = [
        f"{colour_of(code)} {100 * totals[code] / total:.1f} %"
        + (f" ({classes[code]})" if code in classes else "")
        for code in frequent
    ]
    more = len(totals) - len(parts)
    return ", ".join(parts) + (f" and {more:,} more" if more > 0 else "")


@functools.cache
def _known() -> dict[str, Palette]:
    cityscapes = of_class_set(CLASS_SETS["cityscapes19"])
    known = {"the palette of Cityscapes": cityscapes}
    for name, data in PUBLISHED.items():
        if data.labels_are == COLOURS:
            known[f"the palette of {name}"] = data.codes
    known["the palette of PASCAL VOC"] = {
        colour_code(bit_colour(i)): f"index {i}" for i in range(1, 256)
    }
    return known
