"""Settings that every test shares."""

import os
import tempfile

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
# No test writes into the cache of whoever runs it, nor into that of another
# of pytest's processes.
os.environ["TF_ADVSEG_CACHE"] = tempfile.mkdtemp()


LONGEST = (
    "experiment/test_multi_worker_command.py",
    "notebooks/test_notebooks.py",
    "training/distributed/test_replicas.py",
    "training/test_golden.py",
    "suites/test_exported_decoders.py",
    "training/distributed/test_multi_worker.py",
    "commands/train/test_train.py",
    "commands/test_export.py",
)
"""Files of minutes. They are begun first: one begun last would keep a process
busy alone."""


def pytest_collection_modifyitems(items):
    """Brings the tests of `LONGEST` to the front, whole files together."""

    def place(item):
        path = item.path.as_posix()
        long = [path.endswith(f"/tests/{name}") for name in LONGEST]
        return long.index(True) if any(long) else len(LONGEST)

    items.sort(key=place)


@pytest.fixture(scope="module", autouse=True)
def toy_backbone_by_name(request):
    """`--backbone=tiny` is one where toy settings are used, and only there."""
    if {"TINY", "toy_settings"}.isdisjoint(vars(request.module)):
        yield
        return
    import toy_backbone

    toy_backbone.register()
    yield
    toy_backbone.forget()
