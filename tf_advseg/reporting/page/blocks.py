"""The pieces that sections are put together from."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import short


def section(anchor: str, title: str, *children: Any) -> Html:
    """Returns a section that the table of contents links to."""
    return tag("section", tag("h2", title), children, id=anchor)


def paragraph(*children: Any) -> Html:
    """Returns a paragraph of text."""
    return tag("p", children)


def missing(*children: Any) -> Html:
    """Returns a sentence on what is not known."""
    return tag("p", children, class_="missing")


def tile(title: str, value: Any, note: Any = None) -> Html:
    """Returns a number with what it is."""
    return tag(
        "div",
        tag("dt", title),
        tag("dd", value),
        tag("dd", note, class_="note") if note else None,
        class_="tile",
    )


def tiles(found: Iterable[Html]) -> Html:
    """Returns tiles side by side."""
    return tag("dl", found, class_="tiles")


def grid(children: Iterable[Html]) -> Html:
    """Returns charts side by side where there is room."""
    return tag("div", children, class_="grid")


def table(
    header: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    words: int = 1,
    chosen: int | None = None,
    caption: str | None = None,
    style: str | None = None,
) -> Html:
    """Returns a table that scrolls sideways by itself where it must.

    Args:
        header: Of the columns.
        rows: Cells; values are written by `numbers.short`.
        words: How many columns from the left are text; the others are
            numbers and flush right.
        chosen: Index of the row to stress.
        caption: Above it.
        style: Class of the style sheet.
    """

    def cells(row, name):
        return [
            tag(
                name,
                cell if isinstance(cell, str) else short(cell),
                class_=None if index < words else "number",
            )
            for index, cell in enumerate(row)
        ]

    body = [
        tag("tr", cells(row, "td"), class_="chosen" if i == chosen else None)
        for i, row in enumerate(rows)
    ]
    made = tag(
        "table",
        tag("caption", caption) if caption else None,
        tag("thead", tag("tr", cells(header, "th"))),
        tag("tbody", body),
        class_=style,
    )
    return tag("div", made, class_="scroll")


def swatched(name: str, colour: Sequence[int]) -> Html:
    """Returns a class's name behind its colour."""
    fill = f"rgb({','.join(str(int(channel)) for channel in colour)})"
    square = tag(
        "svg",
        tag("rect", x=0.5, y=0.5, width=11, height=11, rx=2.5, fill=fill),
        viewBox="0 0 12 12",
        class_="class-colour",
        aria_hidden="true",
    )
    return tag("span", square, tag("span", name), class_="class")


def class_table(
    class_names: Sequence[str],
    palette: Sequence[Sequence[int]],
    columns: Mapping[str, Sequence[float]],
    caption: str | None = None,
) -> Html:
    """Returns one row a class and one column a title, in percent."""
    rows = [
        (
            swatched(name, palette[index]),
            *(points(values[index]) for values in columns.values()),
        )
        for index, name in enumerate(class_names)
    ]
    return table(("class", *columns), rows, caption=caption)


def details(summary: str, *children: Any) -> Html:
    """Returns what opens at a click."""
    return tag("details", tag("summary", summary), children)


def command(text: str) -> Html:
    """Returns a command line to copy."""
    return tag("pre", tag("code", text))
