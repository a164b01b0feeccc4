"""What the run in progress says, and to whom: a tracker's few methods.

Any of them may raise any error: `patience` stands between them and training.
"""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple
from typing import Protocol

import numpy as np

FINISHED, FAILED, KILLED = "FINISHED", "FAILED", "KILLED"
"""How a run ended: by itself, by a fault or an alarm, by a signal."""


class Number(NamedTuple):
    """One logged number.

    Attributes:
        step: Updates made.
        name: As in metrics.csv.
        value: It.
        milliseconds: When it was logged, since 1970.
    """

    step: int
    name: str
    value: float
    milliseconds: int


@dataclasses.dataclass(frozen=True)
class Story:
    """What is known of a run when it begins.

    Attributes:
        folder: Its folder.
        settings: All its settings by name.
        tags: Version, commit, ids of data, where it comes from.
        parent: The folder or file that it started from; "" without.
        logged: What metrics.csv holds already, if the run is gone on with.
    """

    folder: Path
    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    parent: str
    logged: Sequence[Number]


@dataclasses.dataclass(frozen=True)
class Begun:
    """How a tracked run began.

    Attributes:
        sentences: For the user: where it is, and what was cut.
        owed: Numbers from before, which it may not have.
    """

    sentences: Sequence[str]
    owed: Sequence[Number]


class Tracker(Protocol):
    """One tracking server, and one run there.

    Attributes:
        name: Of `settings.parts.places.TRACKERS`.
        title: What people call it.
        most_numbers: The most that one call of `numbers` takes.
    """

    name: str
    title: str
    most_numbers: int

    def begin(self, story: Story) -> Begun:
        """Begins a run, or goes on with that of the folder.

        Raises:
            ValueError: If the server cannot be reached, or refuses.
        """
        ...

    def numbers(self, numbers: Sequence[Number]) -> None:
        """Sends numbers."""
        ...

    def picture(self, step: int, name: str, picture: np.ndarray) -> None:
        """Sends uint8 `(H, W, 3)`."""
        ...

    def file(self, path: Path, inside: str) -> None:
        """Sends a file, into a folder of the tracked run ("" for its top)."""
        ...

    def end(self, state: str) -> None:
        """Ends the tracked run: `FINISHED`, `FAILED` or `KILLED`."""
        ...
