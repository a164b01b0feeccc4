"""What every format is read into: images, and how each label is painted.

(H, W) is an image's size in pixels. A class is known by its index in the
export's classes; `IGNORE_LABEL` is what somebody outlined without a class.
"""

import contextlib
import dataclasses
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.base.conventions import IGNORE_LABEL

_SHOWN = 3


class Tally:
    """What was left out, counted by reason and named.

    >>> tally = Tally()
    >>> tally.add("without annotation", "a.png")
    >>> tally.lines()
    ['1 without annotation (a.png)']
    """

    def __init__(self):
        self._names: dict[str, list[str]] = {}

    def add(self, reason: str, name: str) -> None:
        """Counts one thing that was left out."""
        self._names.setdefault(reason, []).append(name)

    def lines(self) -> list[str]:
        """A clause for each reason: how many, why, and the first few."""
        return [
            f"{len(names):,} {reason} ({_some(names)})"
            for reason, names in self._names.items()
        ]

    def counts(self) -> dict[str, int]:
        """How many were left out for each reason."""
        return {reason: len(names) for reason, names in self._names.items()}


@dataclasses.dataclass(frozen=True, eq=False)
class Painted:
    """A label as an export has it.

    Attributes:
        classes: Indices of classes, uint8 `(H, W)`; `IGNORE_LABEL` where
            there is none.
        is_labelled: bool `(H, W)`: where somebody outlined something.
        num_contested: Pixels that areas of several classes claim.
    """

    classes: np.ndarray
    is_labelled: np.ndarray
    num_contested: int = 0


@dataclasses.dataclass(frozen=True)
class Picture:
    """An image that an export has a label of.

    Attributes:
        name: As the export calls it, `folder/file.png`.
        size: (H, W) that the export says it has; None: it does not say.
        paint: Makes the label of an image of that size.
        spellings: Other names that its file may have.
        any_ending: Whether the image's file may have another ending.
    """

    name: str
    size: tuple[int, int] | None
    paint: Callable[[tuple[int, int]], Painted]
    spellings: Sequence[str] = ()
    any_ending: bool = False


@dataclasses.dataclass(frozen=True)
class Export:
    """A whole export.

    Attributes:
        classes: Their names, by index.
        colours: The colour of each that has one, by name.
        pictures: The images with a label.
        left_out: What there is besides, counted.
        other_shapes: Boxes, lines and points, which cover no pixels.
        remarks: Sentences about what was chosen in reading.
    """

    classes: Sequence[str]
    pictures: Sequence[Picture]
    colours: dict[str, tuple[int, int, int]] = dataclasses.field(
        default_factory=dict
    )
    left_out: Tally = dataclasses.field(default_factory=Tally)
    other_shapes: Tally = dataclasses.field(default_factory=Tally)
    remarks: Sequence[str] = ()


@contextlib.contextmanager
def sound(what: str) -> Iterator[None]:
    """Makes a `DataError` of whatever values of another kind lead to.

    Args:
        what: The part of the file that is read, for the message.
    """
    try:
        yield
    except DataError:
        raise
    except KeyError as error:
        raise DataError(f"{what} has no {error.args[0]!r}.") from None
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        raise DataError(f"{what} is not as expected: {error}.") from None
    except OverflowError:
        raise DataError(f"{what} holds a number that is too large.") from None


def _some(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > _SHOWN else ""
    return ", ".join(map(brief_name, names[:_SHOWN])) + more


def brief_name(name: str) -> str:
    """A name from a stranger's file, for a message: printable, not long."""
    return name if len(name) < 80 and name.isprintable() else brief(name)


def index_of(names: Sequence[str], name: str, what: str) -> int:
    """The index of a class.

    Raises:
        DataError: If the export does not declare it.
    """
    if name not in names:
        raise DataError(
            f"{what} has the class {brief(name)}, which the export does not "
            f"declare; it has {', '.join(names[:20])}."
        )
    return names.index(name)


NOTHING = IGNORE_LABEL
"""The class of an area that was given none."""
