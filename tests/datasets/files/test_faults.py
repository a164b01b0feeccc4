import pytest
import tensorflow as tf

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FaultLog
from tf_advseg.datasets import clean_data_errors

ERROR = DataError("'a.png' is empty (0 bytes).")


def test_a_few_faults_are_counted_and_named():
    faults = FaultLog(limit=0.01)
    faults.record("a.png", ERROR)
    faults.record("a.png", ERROR)
    faults.succeeded()
    assert (faults.count, faults.reads, faults.fatal) == (2, 3, None)
    assert faults.faults == {"a.png": "'a.png' is empty (0 bytes)."}


def test_the_third_early_fault_is_fatal_at_one_percent():
    faults = FaultLog(limit=0.01)
    faults.record("a.png", ERROR)
    faults.record("b.png", ERROR)
    with pytest.raises(DataError) as caught:
        faults.record("c.png", ERROR)
    assert str(caught.value) == (
        "3 of 3 reads failed, more than the 1 % that a run tolerates; the "
        "last: 'a.png' is empty (0 bytes). Repair or remove these files."
    )
    assert faults.fatal is caught.value


def test_the_share_of_all_reads_decides_later():
    faults = FaultLog(limit=0.01)
    for _ in range(990):
        faults.succeeded()
    for i in range(10):
        faults.record(f"{i}.png", ERROR)  # 10 of 1000 is 1 %, not more.
    with pytest.raises(DataError, match=r"^11 of 1001 reads failed"):
        faults.record("10.png", ERROR)


def test_a_corrupt_file_is_named_once_in_the_log(caplog):
    faults = FaultLog(limit=1.0)
    for _ in range(5):
        faults.record("a.png", ERROR)
    assert caplog.messages == ["Skipped a sample: 'a.png' is empty (0 bytes)."]


def test_other_operation_errors_pass_through():
    passed = pytest.raises(tf.errors.InvalidArgumentError)
    with passed, clean_data_errors(FaultLog()):
        raise tf.errors.InvalidArgumentError(None, None, "other")


def test_the_limit_is_a_share():
    with pytest.raises(ValueError, match=r"Expected 0.0 <= limit <= 1.0"):
        FaultLog(limit=5)
