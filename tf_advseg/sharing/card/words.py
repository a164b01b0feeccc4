"""How a card writes facts that others chose: names, options, numbers.

A class may be called anything. In a card it is one line of text, and neither
markup nor a cell of its own; and a card, which is published, names no folder
of the machine that made it.
"""

import re
from typing import Any

from tf_advseg.runs.overview.words import shown

NOTHING = "unknown"
_MOST = 1000
_MARKUP = re.compile(r"([\\`*\[\]<>|#~$&])")
_FOLDERS = re.compile(r"(?:[^\s,=:()\[\]{}'\"]*[/\\])+")


def words(value: Any) -> str:
    """Text in a sentence or a cell.

    >>> print(words("a|b <i>"), words("/home/ann/renders"), words(None))
    a\\|b \\<i\\> renders unknown
    """
    return _MARKUP.sub(r"\\\1", plain(value))


def plain(value: Any) -> str:
    """One line without folders, for front matter."""
    if value is None or str(value) == "":
        return NOTHING
    return shown(_FOLDERS.sub("", str(value)), _MOST)


def code(value: Any) -> str:
    """The same as code.

    >>> code("a`b|c")
    "`a'b\\\\|c`"
    """
    return f"`{plain(value).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def number(value: Any, decimals: int = 2) -> str:
    """A number.

    >>> number(19.478), number(None)
    ('19.48', '-')
    """
    is_one = type(value) in (int, float) and value == value
    return f"{value:.{decimals}f}" if is_one else "-"


def with_interval(value: Any, ends: Any) -> str:
    """A figure and the ends of its interval, if they are known.

    >>> with_interval(19.478, [15.1, 24.02]), with_interval(19.478, None)
    ('19.48 (15.10 to 24.02)', '19.48')
    """
    if number(value) == "-" or not isinstance(ends, list | tuple):
        return number(value)
    return f"{number(value)} ({number(ends[0])} to {number(ends[1])})"
