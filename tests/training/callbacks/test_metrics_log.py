"""Logged numbers, read back from files that something damaged."""

import pytest

from tf_advseg.base.checks import DataError
from tf_advseg.training.callbacks import metrics_log


@pytest.mark.parametrize(
    "data",
    [
        b"step,name,value\none,loss,0.5\n",
        b"step,name,value\n1,\xff,0.5\n",
        b"step,name,value\n1,loss," + b"9" * 200_000 + b"\n",
    ],
)
def test_a_damaged_file_is_named(tmp_path, data):
    path = tmp_path / "metrics.csv"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"metrics\.csv' is damaged"):
        metrics_log.read(path)


def test_a_last_row_that_was_cut_short_does_not_count(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("step,name,value\n1,loss,0.5\n2,lo")
    assert metrics_log.read(path) == [(1, "loss", "0.5")]
