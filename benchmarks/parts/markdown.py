"""Tables in Markdown, and pages of which a part is written by a program."""

import re
from pathlib import Path

END = "<!-- end -->"


def row(*cells: object) -> str:
    """One line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def head(*names: str) -> str:
    """A table's first two lines."""
    return f"{row(*names)}\n{row(*['---'] * len(names))}"


def replace(path: Path, begin: str, text: str) -> None:
    """Replaces what stands between a line and the next `END` in a page.

    Raises:
        ValueError: If the page lacks one of the lines.
    """
    page = path.read_text(encoding="utf-8")
    before, found, rest = page.partition(begin)
    _, end, after = rest.partition(END)
    if not (found and end):
        raise ValueError(f"{path} lacks the lines {begin!r} and {END!r}.")
    # One empty line between two things, however many parts have put there.
    text = re.sub(r"\n{3,}", "\n\n", f"\n\n{text.strip()}\n\n")
    path.write_text(f"{before}{begin}{text}{END}{after}", encoding="utf-8")
