import numpy as np
import pytest
from toy_domains import NumberedDomain

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FaultLog
from tf_advseg.datasets import evaluation_samples


def test_images_are_resized_and_labels_keep_their_size():
    samples = evaluation_samples(NumberedDomain(), "train", size=(4, 6))
    sample = list(samples)[5]
    assert sample.key == "005"
    assert sample.image.shape == (4, 6, 3)
    assert sample.image.dtype == np.float32
    assert sample.image[0, 0, 0] == 5
    assert sample.label.shape == sample.native_size == (8, 16)
    assert sample.label.dtype == np.uint8


def test_samples_come_in_key_order_again_and_again():
    domain = NumberedDomain(20, is_slow=True)
    samples = evaluation_samples(domain, "train")
    assert len(samples) == 20
    for _ in range(2):
        assert [s.key for s in samples] == domain.keys("train")


def test_a_domain_without_labels_gives_images():
    domain = NumberedDomain(labels=False)
    assert all(s.label is None for s in evaluation_samples(domain, "train"))


def test_a_corrupt_image_stops_an_evaluation():
    domain = NumberedDomain(corrupt=("002",))
    with pytest.raises(DataError, match="'002' is empty"):
        list(evaluation_samples(domain, "train"))


def test_a_fault_log_lets_an_evaluation_go_on():
    faults = FaultLog(limit=0.01)
    domain = NumberedDomain(corrupt=("002",))
    samples = evaluation_samples(domain, "train", faults=faults)
    assert [s.key for s in samples] == [
        "000",
        "001",
        "003",
        "004",
        "005",
        "006",
    ]
    assert list(faults.faults) == ["002"]
    assert (faults.count, faults.reads) == (1, 7)


def test_an_evaluation_can_be_left_early():
    domain = NumberedDomain(1000)
    for _ in evaluation_samples(domain, "train"):
        break
    assert len(domain.images_read) < 20
