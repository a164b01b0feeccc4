"""Runs that benchmarks need, one process each, none made twice."""

import json
import subprocess
import sys
from pathlib import Path


def train(run: Path, *flags: str, log: bool = False) -> None:
    """Trains into a folder, unless a run has ended there; resumes one.

    Args:
        run: The folder.
        *flags: Of `tf_advseg train`; nothing is compared with.
        log: Whether its words go to RUN.log rather than here.
    """
    if is_finished(run):
        return
    command = [sys.executable, "-m", "tf_advseg", "train", *flags]
    command += [f"--run={run}", "--resume", "--compare=none"]
    run.parent.mkdir(parents=True, exist_ok=True)
    if not log:
        print(" ".join(command), flush=True)
        subprocess.run(command, check=True)
        return
    with open(f"{run}.log", "w", encoding="utf-8") as file:
        subprocess.run(command, check=True, stdout=file, stderr=file)


def is_finished(run: Path) -> bool:
    """Whether a run ended and was evaluated."""
    return (run / "metrics.json").exists()


def miou(run: Path) -> float:
    """The mIoU (0-100) of a run's last weights."""
    return 100 * json.loads((run / "metrics.json").read_text())["miou"]
