"""rich's console, so that no way of dying leaves a terminal spoilt."""

import sys
from typing import TextIO

import rich.console


class Console(rich.console.Console):
    """rich's, on a terminal; NO_COLOR takes the colours out.

    It never hides the cursor: a second Ctrl-C, or a kill, ends a program
    where it stands, and nobody would show it again. Long lines are left to
    the terminal, so that a path can be copied.

    Args:
        file: The terminal; by default standard output.
    """

    def __init__(self, file: TextIO | None = None):
        super().__init__(
            file=file or sys.stdout,
            force_terminal=True,
            force_jupyter=False,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
        )

    def show_cursor(self, show: bool = True) -> bool:
        del show
        return False
