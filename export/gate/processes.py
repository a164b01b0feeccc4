"""Starts fresh processes that run artefacts, and reads what they found."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import tf_advseg
from tf_advseg.export.gate import measured_run

_LAST_LINES = 5


@dataclasses.dataclass(frozen=True, eq=False)
class Measured:
    """What a process found.

    Attributes:
        classes: A class map an image.
        facts: `milliseconds` an image, `peak_memory_mb`, ...
    """

    classes: list[np.ndarray]
    facts: dict[str, Any]

    def latency(self) -> dict[str, float]:
        """Percentiles of the milliseconds an image."""
        values = self.facts["milliseconds"]
        return {
            f"p{rank}": float(np.percentile(values, rank))
            for rank in (50, 90, 99)
        }


def run_in_fresh_process(
    module: str,
    job: Path,
    images: Sequence[np.ndarray],
    arguments: Sequence[str],
) -> Measured:
    """Runs `python -m module JOB *arguments` on images.

    Args:
        module: Its `main` calls `measured_run.run_job`.
        job: A folder for the exchange; made if it is missing.
        images: uint8 `(H, W, 3)`.
        arguments: Further arguments.

    Raises:
        RuntimeError: If the process fails; with its last words.
    """
    job.mkdir(parents=True, exist_ok=True)
    measured_run.write_arrays(job / measured_run.IMAGES, images)
    command = [sys.executable, "-m", module, str(job), *arguments]
    ended = subprocess.run(
        command, env=_environment(), capture_output=True, text=True
    )
    if ended.returncode:
        words = ended.stderr.strip().splitlines()[-_LAST_LINES:]
        raise RuntimeError(
            f"`{' '.join(command)}` ended with {ended.returncode}: "
            + " / ".join(words)
        )
    text = (job / measured_run.FACTS).read_text(encoding="utf-8")
    classes = measured_run.read_arrays(job / measured_run.CLASSES)
    return Measured(classes, json.loads(text))


def _environment():
    """This process's, with this very package to import, wherever we are."""
    root = str(Path(tf_advseg.__file__).parent.parent)
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
