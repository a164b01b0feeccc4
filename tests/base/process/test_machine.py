"""Free memory: the machine's, or what its container has left."""

import pytest

from tf_advseg.base.process import machine

MEMINFO = "MemTotal:  8388608 kB\nMemAvailable:    2097152 kB\n"


@pytest.mark.parametrize(
    ("meminfo", "limit", "used", "stat", "megabytes"),
    [
        (MEMINFO, None, None, None, 2048),
        (MEMINFO, "max\n", f"{2**30}\n", "", 2048),
        (MEMINFO, f"{3 * 2**29}\n", f"{2**30}\n", "", 512),
        # Of 1 GiB a quarter is files that give way: 1536 - (1024 - 256).
        (
            MEMINFO,
            f"{3 * 2**29}",
            f"{2**30}",
            f"anon 5\ninactive_file {2**28}\n",
            768,
        ),
        (MEMINFO, f"{2**29}", f"{2**30}", "", 0),
        (None, None, None, None, None),
        ("what is this", None, None, None, None),
    ],
)
def test_the_lesser_of_both_counts(
    tmp_path, meminfo, limit, used, stat, megabytes
):
    texts = {
        "meminfo": meminfo,
        "memory.max": limit,
        "memory.current": used,
        "memory.stat": stat,
    }
    for name, text in texts.items():
        if text is not None:
            (tmp_path / name).write_text(text)
    found = machine.free_megabytes(tmp_path / "meminfo", tmp_path)
    assert found == megabytes


def test_this_machine_has_a_core():
    assert machine.num_cores() >= 1
