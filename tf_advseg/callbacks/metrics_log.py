"""The numbers of a run, as a CSV file that any tool reads."""

import csv
from pathlib import Path

import keras

from tf_advseg.atomic_file import atomic_path

COLUMNS = ("step", "name", "value")


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
        with atomic_path(self.path) as temporary:
            _write(temporary, [COLUMNS, *kept], "w")

    def due(self, step: int) -> bool:
        return False  # Logs come when they come.

    def on_train_batch_end(self, batch, logs=None):
        self.write(batch, logs or {})

    def write(self, step: int, numbers: dict[str, float]) -> None:
        """Appends numbers of one step."""
        rows = [(step, name, repr(float(v))) for name, v in numbers.items()]
        if rows:
            _write(self.path, rows, "a")

    def values(self, name: str) -> list[float]:
        """What was logged under one name so far, earlier runs included."""
        return [float(v) for _, key, v in read(self.path) if key == name]


def read(path: Path) -> list[tuple[int, str, str]]:
    """The rows of a metrics file; a missing file has none, and a last row
    that a crash cut short does not count."""
    if not Path(path).exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if len(row) == len(COLUMNS)]
    return [(int(step), name, value) for step, name, value in rows[1:]]


def _write(path, rows, mode):
    with open(path, mode, newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
