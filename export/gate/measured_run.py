"""Runs an artefact on images in this process and writes down how it went.

The gate starts one fresh process an artefact (`export.gate.processes`), so
that nothing of the exporter helps it, and so that its memory is its own.
A job is a folder:

    images.npz    uint8 images, in order
    classes.npz   (written) their class maps
    facts.json    (written) seconds, memory
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

IMAGES, CLASSES, FACTS = "images.npz", "classes.npz", "facts.json"

Predict = Callable[[np.ndarray], np.ndarray]
"""From an image, uint8 `(H, W, 3)`, to its class map, uint8 `(H, W)`."""


def write_arrays(path: Path, arrays: Sequence[np.ndarray]) -> None:
    """Writes arrays, of different sizes maybe, in their order."""
    np.savez(path, *arrays)


def read_arrays(path: Path) -> list[np.ndarray]:
    """Reads what `write_arrays` wrote."""
    with np.load(path) as archive:
        return [archive[f"arr_{index}"] for index in range(len(archive))]


def run_job(
    folder: Path,
    predict: Predict,
    check: Callable[[list[np.ndarray]], dict[str, Any]] | None = None,
) -> None:
    """Runs an artefact on the images, writes results.

    Args:
        folder: The job.
        predict: The artefact.
        check: Further facts to find with the images, after the measuring.
    """
    images = read_arrays(folder / IMAGES)
    predict(images[0])  # The first call of a graph plans its memory.
    classes, milliseconds = [], []
    for image in images:
        start = time.perf_counter()
        classes.append(predict(image))
        milliseconds.append(1000 * (time.perf_counter() - start))
    facts = {
        "milliseconds": milliseconds,
        "peak_memory_mb": peak_memory_mb(),
        **(check(images) if check else {}),
    }
    write_arrays(folder / CLASSES, classes)
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def peak_memory_mb() -> float:
    """The most resident memory that this process ever had, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # The resource module would answer with the parent's if it was larger.
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 1024)
