"""One thing that is wrong with data, as a value."""

import dataclasses
from collections.abc import Sequence
from typing import Any

ERROR, WARNING = "error", "warning"
CERTAIN, LIKELY, POSSIBLE = "certain", "likely", "possible"

_SINGULAR = {"are": "is", "have": "has", "do": "does"}


@dataclasses.dataclass(frozen=True)
class Finding:
    """What a check found.

    Args:
        severity: ERROR: a training would stop, or learn something false;
            WARNING: look at it.
        code: A short name of the kind, `truncated` say, for programs.
        where: The split, as `domain/split`.
        sentence: What is wrong.
        advice: What to do about it.
        files: Every file concerned.
        confidence: CERTAIN for what is read from the files; LIKELY or
            POSSIBLE for what is inferred from statistics.
    """

    severity: str
    code: str
    where: str
    sentence: str
    advice: str
    files: tuple[str, ...] = ()
    confidence: str = CERTAIN

    def to_dict(self) -> dict[str, Any]:
        """Returns values that JSON can hold."""
        return dataclasses.asdict(self) | {"files": list(self.files)}


def listed(names: Sequence[str], most: int = 3) -> str:
    """Returns the first few names, quoted so that any can be printed.

    Example:
        >>> listed(["a", "b", "c", "d", "e"])
        "'a', 'b', 'c' and 2 more"
    """
    text = ", ".join(repr(name) for name in names[:most])
    more = len(names) - most
    return f"{text} and {more} more" if more > 0 else text


def count(number: int, noun: str, verb: str = "") -> str:
    """Returns a number with its noun, and the verb that goes with it.

    Args:
        number: How many.
        noun: In the singular, `image` say.
        verb: As it is after "they": `are`, `have`, `look`.

    Example:
        >>> count(1, "image", "look"), count(2000, "class", "are")
        ('1 image looks', '2,000 classes are')
    """
    if number == 1:
        verb = _SINGULAR.get(verb, f"{verb}s" if verb else "")
    else:
        noun += "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun} {verb}".rstrip()
