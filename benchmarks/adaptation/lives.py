"""Which processes trained in a run's folder: how long, with which code.

`NAME-seedN.lives.json` beside the folder has an entry a process. One that was
killed together with who measured it has no length.
"""

import json
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tf_advseg
from benchmarks.parts.processes import Ended
from tf_advseg.base.files.atomic_file import write_text

Lives = list[dict[str, Any]]


def read(folder: Path) -> Lives:
    """The entries of a run's folder; none if nobody wrote any."""
    try:
        return json.loads(_file(folder).read_text(encoding="utf-8"))
    except OSError:
        return []


def begin(folder: Path) -> None:
    """Notes that a process begins to train in a folder, and its code."""
    _write(folder, [*read(folder), {"code": code_version()}])


def end(folder: Path, ended: Ended) -> None:
    """Notes what the process that began last has used."""
    *before, last = read(folder)
    used = {"seconds": round(ended.seconds), "peak_mb": ended.peak_mb}
    _write(folder, [*before, {**last, **used}])


def figures(lives: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a record says of them: None where it is not known.

    >>> figures([{"code": "a", "seconds": 60, "peak_mb": 7}, {"code": "b"}])
    {'code': 'a, b', 'minutes': None, 'peak_mb': 7}
    """
    codes = dict.fromkeys(one["code"] for one in lives)
    seconds = [one.get("seconds") for one in lives]
    is_known = bool(seconds) and None not in seconds
    return {
        "code": ", ".join(codes) or None,
        "minutes": round(sum(seconds) / 60, 1) if is_known else None,
        "peak_mb": max(
            (one["peak_mb"] for one in lives if "peak_mb" in one), default=None
        ),
    }


def code_version() -> str:
    """The commit, with a + if files differ from it; else the version."""
    command = ["git", "describe", "--always", "--abbrev=7", "--dirty=+"]
    root = Path(__file__).parents[2]
    try:
        run = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return tf_advseg.__version__
    return run.stdout.strip()


def processor() -> str:
    """The processor's name."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        line = next(x for x in text.splitlines() if x.startswith("model name"))
        return line.partition(":")[2].strip()
    except (OSError, StopIteration):
        return platform.machine()


def _write(folder: Path, lives: Lives) -> None:
    write_text(_file(folder), json.dumps(lives, indent=1) + "\n")


def _file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lives.json")
