"""Settings that every test shares."""

import os
import tempfile

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
# No test writes into the cache of whoever runs it, nor into that of another
# of pytest's processes.
os.environ["TF_ADVSEG_CACHE"] = tempfile.mkdtemp()


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
