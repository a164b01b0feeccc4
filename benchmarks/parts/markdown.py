"""Tables in Markdown."""


def row(*cells: object) -> str:
    """One line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def head(*names: str) -> str:
    """A table's first two lines."""
    return f"{row(*names)}\n{row(*['---'] * len(names))}"
