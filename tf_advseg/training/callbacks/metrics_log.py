"""The numbers of a run, as a CSV file that any tool reads."""

import contextlib
import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

import keras

from tf_advseg.base.files import atomic_file
from tf_advseg.base.files.metrics_file import COLUMNS
from tf_advseg.base.files.metrics_file import read


class MetricsLog(keras.callbacks.Callback):
    """Appends every logged number as one row `step,name,value`.

    The long form lets losses and evaluations, logged at different steps,
    share one file. On resuming, rows after `first_step` are dropped: those
    steps are made again.

    Args:
        path: The CSV file.
        first_step: Updates made before this run.
    """

    def __init__(self, path: Path, first_step: int = 0):
        super().__init__()
        self.path = Path(path)
        kept = [r for r in read(self.path) if r[0] <= first_step]
        if first_step == 0:
            kept = []
        self._kept = {(step, name) for step, name, _ in kept}
        with atomic_file.atomic_path(self.path) as temporary:
            temporary.write_bytes(_csv([COLUMNS, *kept]))

    def due(self, step: int) -> bool:
        return False  # Logs come when they come.

    def on_train_batch_end(self, batch, logs=None):
        self.write(batch, logs or {})

    def write(self, step: int, numbers: dict[str, float]) -> None:
        """Appends numbers of one step, but for those kept of a killed run.

        Raises:
            OSError: If they cannot be written; there is no half row then.
        """
        rows = [
            (step, name, repr(float(value)))
            for name, value in numbers.items()
            if (step, name) not in self._kept
        ]
        if rows:
            _append(self.path, _csv(rows))

    def values(self, name: str) -> list[float]:
        """What was logged under one name so far, earlier runs included."""
        return [float(v) for _, key, v in read(self.path) if key == name]

    def holds(self, step: int, names: Iterable[str]) -> bool:
        """Whether any of these names was logged for that step."""
        wanted = {(step, name) for name in names}
        return any((row[0], row[1]) in wanted for row in read(self.path))

    def flush(self) -> None:
        """Waits until all rows are on the disk."""
        atomic_file.flush_to_disk(self.path)


def _csv(rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _append(path: Path, data: bytes) -> None:
    """Appends whole rows or nothing, to a file that must be there."""
    with open(path, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        try:
            while data:
                data = data[file.write(data) :]
        except OSError as error:
            error.filename = error.filename or str(path)
            with contextlib.suppress(OSError):
                file.truncate(size)
            raise
