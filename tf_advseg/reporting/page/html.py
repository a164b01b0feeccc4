"""HTML and SVG from Python calls, escaped by construction.

Class names, file names and settings come from other people's files. They can
only enter the page as plain `str`, which `tag` and templates (by `join`, in
`page.py`) escape; only what `tag`, its friends and templates return is `Markup`
and stays as it is.

    >>> print(tag("p", "a < b", class_="note"))
    <p class="note">a &lt; b</p>
"""

import html
import unicodedata
from typing import Any

from markupsafe import Markup

_VOID = {"img", "input", "meta", "br", "hr", "link"}


class Html(Markup):
    """Text that is markup already."""

    __slots__ = ()

    @classmethod
    def escape(cls, value: Any) -> Markup:
        """What is joined with markup is text by the rule below."""
        return escape(value)


def escape(value: Any) -> Markup:
    """Returns any value as text of a page.

    File names may hold bytes that are no characters; they become `?`.
    """
    if isinstance(value, Markup):
        return value
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    # Control characters are not allowed in HTML; those that turn the
    # direction of writing would turn our own words round.
    text = "".join(c if _is_allowed(c) else "\ufffd" for c in text)
    return Html(html.escape(text, quote=True))


def tag(name: str, /, *children: Any, **attributes: Any) -> Html:
    """Returns an element.

    Args:
        name: Of the element, from our own code.
        *children: Text, elements, or lists of them; None is left out.
        **attributes: `class_` for `class`, `_` for `-` (`stroke_width`);
            None and False leave an attribute out, True gives it no value.
    """
    opening = f"<{name}{_attributes(attributes)}>"
    if name in _VOID:
        return Html(opening)
    return Html(f"{opening}{join(children)}</{name}>")


def join(children: Any) -> Markup:
    """Returns children, nested lists of them too, one after the other."""
    if children is None:
        return Html("")
    if isinstance(children, str) or not hasattr(children, "__iter__"):
        return escape(children)
    return Html("".join(join(child) for child in children))


def _is_allowed(character):
    return character in "\n\t" or unicodedata.category(character)[0] != "C"


def _attributes(attributes):
    parts = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        parts.append(f" {name}")
        if value is not True:
            text = f"{value:.2f}" if isinstance(value, float) else value
            parts.append(f'="{escape(text)}"')
    return "".join(parts)
