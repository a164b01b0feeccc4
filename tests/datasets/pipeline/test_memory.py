import os

import pytest
from toy_domains import CLASSES
from toy_domains import write_folder
from toy_domains import write_image

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair


def resident_mib() -> float:
    """Memory of this process that lies in RAM, in MiB."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
@pytest.mark.skipif(
    not os.path.exists("/proc/self/statm"), reason="reads Linux's /proc"
)
@pytest.mark.parametrize("cache_bytes", [0, 2**26])
def test_two_thousand_batches_leave_no_memory_behind(tmp_path, cache_bytes):
    source = FolderDomain(write_folder(tmp_path / "renders", 6, (64, 128)))
    for i in range(5):
        write_image(tmp_path / "camera/images" / f"{i}.jpg", (64, 128))
    options = SampleOptions(
        size=(48, 96), crop=(64, 64), flip=True, scale_range=(0.5, 1.5)
    )
    dataset = pair(
        source,
        FolderDomain(tmp_path / "camera", class_set=CLASSES),
        source_options=options,
        target_options=options,
        batch_size=4,
        seed=0,
        cache_bytes=cache_bytes,
    )
    batches = iter(dataset)
    for _ in range(500):
        next(batches)
    before = resident_mib()
    for _ in range(2000):
        next(batches)
    growth = resident_mib() - before
    # A batch is 0.4 MiB: keeping one in twenty would add 40 MiB.
    assert growth < 20, f"{growth:.1f} MiB more after 2,000 batches"
