"""What stands in label files of which nobody said what they hold.

Everything here is made of the facts of files (`datasets.file_facts`), which
were opened once; no file is opened again.
"""

import collections
import dataclasses
from collections.abc import Sequence

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.label_table import colour_of
from tf_advseg.datasets.file_facts import LabelFacts
from tf_advseg.datasets.file_facts import PairFacts

MOST_IDS = 128
MOST_COLOURS = 64
"""More classes than that nobody draws: it is a photograph, or instances."""

EXPLAINED = 0.95
"""Share of pixels that the frequent colours have in labels that were drawn.
What is left are borders that were smoothed; of a photograph it is most."""

_KEPT = 256
"""Colours of one label that are counted one by one: bounds the memory."""


@dataclasses.dataclass(frozen=True)
class FoundCode:
    """One id or colour of the labels.

    Args:
        code: The id, or the colour as 0xRRGGBB.
        pixels: How many have it, in all labels looked at.
        num_images: In how many labels it occurs.
        example: The key of the image that shows most of it.
        colour: Its colour, 0xRRGGBB, if files tell one.
    """

    code: int
    pixels: int
    num_images: int
    example: str
    colour: int | None


@dataclasses.dataclass(frozen=True)
class FoundCodes:
    """All that the labels of a split were seen to hold.

    Args:
        codes: Ids by number, colours by frequency.
        of_colours: Whether they are colours.
        num_labels: How many labels were looked at.
        pixels: Of all of them.
        num_others: Rare colours that are not among the codes.
        other_pixels: How many pixels those have.
        kind: What the files are, in words.
    """

    codes: tuple[FoundCode, ...]
    of_colours: bool
    num_labels: int
    pixels: int
    num_others: int
    other_pixels: int
    kind: str

    def share(self, pixels: int) -> str:
        """A number of pixels in percent, for a person."""
        share = pixels / self.pixels
        return f"{share:.1%}" if share >= 1e-3 else f"{100 * share:.2g}%"

    def text(self, code: int) -> str:
        """A code as a class map has it."""
        return str(colour_of(code) if self.of_colours else code)


def find_codes(pairs: Sequence[PairFacts], where: str) -> FoundCodes:
    """Returns the ids or colours in the labels of pairs.

    Args:
        pairs: Facts of images and their labels.
        where: The labels' place, for messages.

    Raises:
        DataError: If no label can be read, some are ids and some colours, or
            they cannot be labels: photographs, instances, 16-bit colours.
    """
    labels = [(p.key, p.label) for p in pairs if p.label is not None]
    readable = [(k, f) for k, f in labels if f.codes is not None]
    if not readable:
        problem = next((f.problem for _, f in labels if f.problem), None)
        raise DataError(
            f"None of the {len(labels):,} labels looked at in {where!r} can "
            f"be read: {problem.sentence if problem else 'they are empty.'}"
        )
    of_colours = _of_colours([facts for _, facts in readable])
    found = _Counts()
    for key, facts in readable:
        found.add(key, facts)
    codes = found.codes()
    return (_colours if of_colours else _ids)(
        codes, found, [facts for _, facts in readable], where
    )


class _Counts:
    """Adds up labels; keeps one number a code, not one a label."""

    def __init__(self):
        self.pixels: collections.Counter[int] = collections.Counter()
        self.images: collections.Counter[int] = collections.Counter()
        self.most: dict[int, tuple[int, str]] = {}
        self.palette: dict[int, int] = {}
        self.rest = 0

    def add(self, key: str, facts: LabelFacts) -> None:
        totals = collections.Counter(facts.totals)
        kept = totals
        if facts.holds_colours:
            kept = dict(totals.most_common(_KEPT))
            self.rest += totals.total() - sum(kept.values())
        for code, pixels in kept.items():
            self.pixels[code] += pixels
            self.images[code] += 1
            if pixels > self.most.get(code, (0, ""))[0]:
                self.most[code] = pixels, key
        self.palette |= facts.palette

    def codes(self) -> list[FoundCode]:
        return [
            FoundCode(
                code,
                pixels,
                self.images[code],
                self.most[code][1],
                self.palette.get(code),
            )
            for code, pixels in self.pixels.most_common()
        ]


def _of_colours(labels: Sequence[LabelFacts]) -> bool:
    """Whether labels hold colours; all or none have to."""
    colours = [facts for facts in labels if facts.holds_colours]
    ids = [facts for facts in labels if not facts.holds_colours]
    if colours and ids:
        raise DataError(
            f"{len(colours):,} of {len(labels):,} labels hold colours "
            f"({colours[0].path!r} first) and the others one number a pixel "
            f"({ids[0].path!r} first); expected one kind: export them alike, "
            "or move one kind away."
        )
    if colours and colours[0].is_deep:
        raise DataError(
            f"{colours[0].path!r} has 16 bits a colour; expected 8-bit "
            "colours, or one number a pixel. Labels of SYNTHIA are read as "
            "they are by its own name: --source=synthia:FOLDER."
        )
    return bool(colours)


def _colours(codes, found, labels, where) -> FoundCodes:
    total = sum(found.pixels.values()) + found.rest
    frequent = codes[:MOST_COLOURS]
    explained = sum(code.pixels for code in frequent) / total
    if explained < EXPLAINED:
        more = "or more " if found.rest else ""
        raise DataError(
            f"The labels in {where!r} hold {len(codes):,} {more}colours, and "
            f"the {len(frequent)} most frequent have {explained:.0%} of the "
            f"pixels: {labels[0].path!r} and others are photographs, or were "
            "saved as JPEG. Expected one colour a class, the same in all "
            "files, as PNG."
        )
    # Not what is one pixel here and there: borders smoothed by a resize.
    drawn = [
        code
        for code in frequent
        if len(codes) <= MOST_COLOURS or code.pixels >= 1e-4 * total
    ]
    return FoundCodes(
        tuple(drawn),
        True,
        len(labels),
        total,
        len(codes) - len(drawn),
        total - sum(code.pixels for code in drawn),
        "colours",
    )


def _ids(codes, found, labels, where) -> FoundCodes:
    if len(codes) > MOST_IDS:
        raise DataError(
            f"The labels in {where!r} hold {len(codes):,} different numbers, "
            f"{min(found.pixels)} to {max(found.pixels)}: they are grey "
            "photographs, were saved as JPEG, or number each object "
            f"({labels[0].path!r} is one). Expected one number a class, at "
            f"most {MOST_IDS}."
        )
    kind = "numbers"
    if any(facts.palette for facts in labels):
        kind = "numbers with a palette (mode P)"
    elif any(facts.is_deep for facts in labels):
        kind = "16-bit numbers"
    total = sum(found.pixels.values())
    by_number = tuple(sorted(codes, key=lambda code: code.code))
    return FoundCodes(by_number, False, len(labels), total, 0, 0, kind)
