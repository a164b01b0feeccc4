"""What an export format is: how it is written, run and looked into.

To add one, write a module beside this one that holds a `FORMAT`, and name it
in `settings.export.FORMATS`. `formats/onnx.py` is the shortest to read.

The gate runs an artefact in a process that imports its format's module and no
other, and tells how much memory that took. What only writing needs is
therefore imported inside of `write`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Protocol

import numpy as np

if TYPE_CHECKING:
    from tf_advseg.export.artefacts.home_images import HomeImages
    from tf_advseg.export.artefacts.workshop import Workshop
    from tf_advseg.settings.export import ExportSettings


SIGNATURE = "serving_default"
"""What the one function of a file of a fixed size is called."""
MOST_ENTROPY = 255
"""What an entropy of 1 is in its `entropy`, uint8."""


class Runtime(Protocol):
    """A loaded artefact."""

    def __call__(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From uint8 `(H, W, 3)` to classes `(H, W)`, entropy `(h, w)`, 0-1."""
        ...

    def classes(self, image: np.ndarray) -> np.ndarray:
        """From uint8 `(H, W, 3)` to classes `(H, W)`: what is measured."""
        ...


@dataclasses.dataclass(frozen=True)
class Artefact:
    """One thing that was written.

    Attributes:
        name: The final name of its file or folder, `model_int8.tflite` say.
        path: Where it lies now.
        kind: Its format's module.
        made_by: "tensorflow", "converter", "litert-quantizer", "tf2onnx".
        precision: Of the gate's `TOLERANCES`; "float32" of a SavedModel.
        size: (H, W) of its images; of a format that takes any size, that
            which they are resized to inside, or None.
    """

    name: str
    path: Path
    kind: str
    made_by: str
    precision: str
    size: tuple[int, int] | None


@dataclasses.dataclass(frozen=True, eq=False)
class Order:
    """What is wanted of a format.

    Attributes:
        names: Its names among `--formats`.
        size: (H, W) of the network's images; None keeps each one's own.
        settings: The export's.
        calibration: Gives the images to calibrate 8-bit activations on.
        with_size: Whether file names tell the size.
        write: Where sentences for the user go.
    """

    names: list[str]
    size: tuple[int, int] | None
    settings: ExportSettings
    calibration: Callable[[], HomeImages]
    with_size: bool = False
    write: Callable[[str], None] = print

    @property
    def fixed_size(self) -> tuple[int, int]:
        """`size`, where files have a fixed one."""
        assert self.size is not None
        return self.size

    @property
    def suffix(self) -> str:
        """What a file's name says of its size."""
        if not (self.with_size and self.size):
            return ""
        return f"_{self.size[0]}x{self.size[1]}"


@dataclasses.dataclass(frozen=True)
class Format:
    """A format, as functions.

    Attributes:
        kind: The module's name; metadata say it too.
        write: Writes what an order asks for into the workshop.
        load: Loads an artefact on so many threads, in a process of its own.
        check: Raises `ValueError` if an extra is missing that the settings
            ask for; returns notes on what is done without one.
        any_size: Whether images of any size go in; else of one fixed size.
        batches: Whether runtimes have `batch`, of uint8 `(B, H, W, 3)`; the
            gate then asks that a batch gives what its images give alone.
        stages: From a file and an image to what is computed on the way, by
            the names in `gate.stages.STAGES`; None if that cannot be seen.
        operators: Reads which operators a file has; None if nobody can.
    """

    kind: str
    write: Callable[[Workshop, Order], list[Artefact]]
    load: Callable[[Path, int], Runtime]
    check: Callable[[ExportSettings], list[str]] = lambda settings: []
    any_size: bool = False
    batches: bool = False
    stages: Callable[[Path, np.ndarray], dict[str, np.ndarray]] | None = None
    operators: Callable[[Path], Any] | None = None
