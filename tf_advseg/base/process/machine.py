"""What this machine has: memory that is free, cores, a GPU perhaps."""

import os
import re
import shutil
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")


def free_megabytes(
    meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP
) -> int | None:
    """Returns the memory that a process may take, in MB; None: not known.

    What the kernel calls available, or what a container has left, whichever is
    less. Neither is there on systems that are not Linux.

    Args:
        meminfo: The kernel's file.
        cgroup: The folder of this container's limits.
    """
    found = [_available(meminfo), _left_in(cgroup)]
    known = [number for number in found if number is not None]
    return min(known) if known else None


def num_cores() -> int:
    """Returns the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def has_gpu() -> bool:
    """Whether there seems to be an NVIDIA GPU; asks no driver."""
    return shutil.which("nvidia-smi") is not None


def _available(meminfo: Path) -> int | None:
    text = _text(meminfo)
    for line in text.splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return None


def _left_in(cgroup: Path) -> int | None:
    limit = _text(cgroup / "memory.max").strip()
    used = _text(cgroup / "memory.current").strip()
    if not limit.isdigit() or not used.isdigit():
        return None  # "max", or no container.
    # What files left in memory gives way.
    kept = re.search(
        r"^inactive_file (\d+)$", _text(cgroup / "memory.stat"), re.M
    )
    used = int(used) - (int(kept[1]) if kept else 0)
    return max(0, int(limit) - used) // 2**20


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
