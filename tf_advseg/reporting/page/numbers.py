"""Numbers as the report writes them.

mIoU, IoU and their differences are times 100 with one decimal ("points").
"""

import math
import numbers
from typing import Any
from typing import TypeGuard

from tf_advseg.metrics.bootstrap import Interval

MINUS = "\u2212"
NOTHING = "\u2013"


def points(fraction: float | None) -> str:
    """A fraction times 100.

    >>> points(0.31264), points(None)
    ('31.3', '–')
    """
    return _minus(f"{100 * fraction:.1f}") if _is_known(fraction) else NOTHING


def signed_points(fraction: float | None) -> str:
    """A difference of fractions times 100, always with its sign.

    >>> signed_points(0.1138), signed_points(-0.02), signed_points(0.0001)
    ('+11.4', '−2.0', '±0.0')
    """
    if not _is_known(fraction):
        return NOTHING
    text = f"{100 * fraction:+.1f}"
    return "±0.0" if text[1:] == "0.0" else _minus(text)


def signed_range(gain: Interval) -> str:
    """The ends of a gain's interval."""
    low, high = float(gain.low), float(gain.high)
    return f"{signed_points(low)} to {signed_points(high)}"


def decimal(value: float | None, digits: int = 3) -> str:
    """A number with so many digits after the point."""
    return _minus(f"{value:.{digits}f}") if _is_known(value) else NOTHING


def short(value: Any) -> str:
    """Any value of a table: floats to four significant digits, text as it is.

    >>> short(0.123456), short(600), short(None), short(True)
    ('0.1235', '600', '–', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if isinstance(value, float):
        return _minus(f"{value:.4g}")
    return str(value)


def count(number: int, singular: str, plural: str = "") -> str:
    """A number of things.

    >>> count(1, "image"), count(2500, "image")
    ('1 image', '2,500 images')
    """
    word = singular if number == 1 else plural or f"{singular}s"
    return f"{number:,} {word}"


def _is_known(value: Any) -> TypeGuard[float]:
    """Whether it is a number, as a float can hold it; files hold anything."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return False
    try:
        return not math.isnan(value)
    except OverflowError:
        return False


def _minus(text):
    """A true minus sign, as wide as a plus."""
    return text.replace("-", MINUS) if text.startswith("-") else text
