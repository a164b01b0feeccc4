"""Memory that is freed stays with the process, and nobody is overruled."""

import json
import os
import platform
import subprocess
import sys

import pytest

glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="the C library is not glibc"
)
FREED = 50 * 2**20
PROGRAM = f"""
import json, os, pathlib, sys
from tf_advseg.base.process.allocator import keep_freed_memory
cores = int(os.environ.get("CORES", 2))
os.sched_getaffinity = lambda process: set(range(cores))
kept = keep_freed_memory()
block = b"x" * {FREED}
del block
field = pathlib.Path("/proc/self/statm").read_text().split()[1]
print(json.dumps([kept, int(field) * 4096]))
"""


def kept_and_resident(**variables):
    clean = {k: v for k, v in os.environ.items() if "MALLOC" not in k}
    clean.pop("LD_PRELOAD", None)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=clean | variables,
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@glibc
def test_freed_blocks_stay_with_the_process():
    kept, resident = kept_and_resident()
    by_default, smaller = kept_and_resident(TF_ADVSEG_MALLOC="default")
    assert (kept, by_default) == (True, False)
    assert resident - smaller > 0.9 * FREED


@pytest.mark.parametrize(
    "choice", [{"MALLOC_ARENA_MAX": "2"}, {"LD_PRELOAD": "libm.so.6"}]
)
def test_the_users_choice_of_an_allocator_stands(choice):
    kept, _ = kept_and_resident(**choice)
    assert not kept


@glibc
@pytest.mark.parametrize(("cores", "expected"), [(8, True), (9, False)])
def test_machines_of_many_cores_are_left_alone(cores, expected):
    kept, _ = kept_and_resident(CORES=str(cores))
    assert kept is expected
