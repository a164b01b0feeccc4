"""Keeps memory that a training step frees, for the next step to use again.

The C library gives large blocks back to the kernel as soon as they are free.
A training step on a processor frees and asks for the same gigabytes every
time, and the kernel clears each page anew. `python -m benchmarks.allocator`
times it. Nothing but speed and resident memory depends on it.
"""

import contextlib
import ctypes
import os
import sys

# Parameters of mallopt(3), from glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8
_LARGEST = 2**31 - 1
_PAD = 64 * 2**20
_MOST_CORES = 8
"""All threads share one arena; with many of them they would wait for it."""
SWITCH = "TF_ADVSEG_MALLOC"


def keep_freed_memory() -> bool:
    """Asks glibc's allocator to keep what is freed; True if it will.

    Call it before threads are made: they would have arenas of their own, whose
    blocks are limited to 64 MiB. Does nothing where there is no glibc or this
    process may use more than 8 cores, where another allocator was preloaded or
    the user has set one of glibc's MALLOC_... variables, and where
    TF_ADVSEG_MALLOC=default.
    """
    chosen = os.environ.get("LD_PRELOAD") or any(
        name.startswith("MALLOC_") for name in os.environ
    )
    default = os.environ.get(SWITCH) == "default"
    if chosen or default or not sys.platform.startswith("linux"):
        return False
    if len(os.sched_getaffinity(0)) > _MOST_CORES:
        return False
    with contextlib.suppress(AttributeError, OSError):  # No glibc: musl, say.
        mallopt = ctypes.CDLL(None).mallopt
        wishes = (
            (_ARENA_MAX, 1),
            (_MMAP_MAX, 0),
            (_TRIM_THRESHOLD, _LARGEST),
            (_TOP_PAD, _PAD),
        )
        return all(mallopt(name, value) for name, value in wishes)
    return False
