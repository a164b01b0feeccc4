"""What a model's file says of itself, held to what it can be.

Metadata are JSON that anyone may have written. Those who read a class name or
a size rely on this check, and not on the file.
"""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.base.conventions import IGNORE_LABEL

_MOST_PIXELS_A_SIDE = 2**16


def check_facts(
    where: str, facts: Mapping[str, Any], wanted: Sequence[str] = ()
) -> None:
    """Raises `DataError` unless facts are what they should be.

    Args:
        where: What messages call the file.
        facts: The metadata; what they do not have is not checked.
        wanted: What they have to have.
    """
    for key in wanted:
        if facts.get(key) is None:
            raise DataError(
                f"The metadata of {where} have no {key!r}; make it again."
            )
    for key, (fits, expected) in _RULES.items():
        value = facts.get(key)
        if value is not None and not fits(value):
            raise DataError(
                f"The metadata of {where} have {key} {brief(value)}; expected "
                f"{expected}. It is damaged, or not of tf_advseg: copy it "
                "again or make it again."
            )
    classes, palette = facts.get("classes"), facts.get("palette")
    if classes and palette and len(classes) != len(palette):
        raise DataError(
            f"The metadata of {where} have {len(classes)} classes and "
            f"{len(palette)} colours; expected as many."
        )


def _are_names(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= IGNORE_LABEL
        and all(isinstance(name, str) for name in value)
    )


def _are_colours(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(colour, list)
        and len(colour) == 3
        and all(type(part) is int and 0 <= part <= 255 for part in colour)
        for colour in value
    )


def _is_size(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(
            type(side) is int and 0 < side <= _MOST_PIXELS_A_SIDE
            for side in value
        )
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_SIZE = (_is_size, "[height, width] in pixels")
_TEXT = (_is_text, "text")
_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "classes": (_are_names, f"1 to {IGNORE_LABEL} names"),
    "palette": (_are_colours, "colours [red, green, blue] from 0 to 255"),
    "image_size": _SIZE,
    "size": _SIZE,
    "step": (lambda value: type(value) is int, "a number of updates"),
    "class_set": _TEXT,
    "method": _TEXT,
    "backbone": _TEXT,
    "decoder": _TEXT,
    "chosen_by": _TEXT,
    "weights_licence": _TEXT,
}
