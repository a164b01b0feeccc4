import numpy as np
import pytest
from PIL import Image
from toy_domains import NumberedDomain

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.files.reading import SampleReader
from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.datasets.files.resizing import resize_label
from tf_advseg.datasets.files.sample_cache import SampleCache


def reader(domain, faults=None, **options):
    arguments = {"size": None, "with_labels": True} | options
    return SampleReader(
        domain, "train", faults=faults or FaultLog(limit=1.0), **arguments
    )


def test_images_are_resized_as_the_papers_programs_do():
    image = np.random.default_rng(0).integers(0, 256, (9, 14, 3), np.uint8)
    expected = Image.fromarray(image).resize((7, 5), Image.BICUBIC)
    resized = resize_image(image, (5, 7))
    np.testing.assert_array_equal(resized, np.asarray(expected))
    assert resized.dtype == np.uint8


def test_columns_are_resized_first_whatever_pillow_prefers():
    # For this shape Pillow 13 begins with the rows, Pillow 11 did not.
    random = np.random.default_rng(0)
    image = 255 * random.integers(0, 2, (64, 50, 3), np.uint8)
    columns = Image.fromarray(image).resize((40, 64), Image.BICUBIC)
    expected = np.asarray(columns.resize((40, 16), Image.BICUBIC))
    np.testing.assert_array_equal(resize_image(image, (16, 40)), expected)


def test_labels_are_resized_without_new_values():
    label = np.array([[0, 255], [7, 3]], np.uint8)
    assert resize_label(label, (4, 4)).tolist() == [
        [0, 0, 255, 255],
        [0, 0, 255, 255],
        [7, 7, 3, 3],
        [7, 7, 3, 3],
    ]


def test_a_sample_is_read_at_the_size_asked_for():
    image, label = reader(NumberedDomain(), size=(4, 6)).read(5)
    assert image.shape == (4, 6, 3) and label.shape == (4, 6)
    assert image[0, 0, 0] == 5 and label[0, 0] == 2


def test_substitutes_are_the_next_samples_and_wrap_around():
    faults = FaultLog(limit=1.0)
    domain = NumberedDomain(5, corrupt=("003", "004"))
    image, _ = reader(domain, faults).read(3)
    assert image[0, 0, 0] == 0
    assert list(faults.faults) == ["003", "004"]
    assert (faults.count, faults.reads) == (2, 3)


def test_a_folder_of_corrupt_images_is_given_up():
    domain = NumberedDomain(50, corrupt=[f"{i:03d}" for i in range(50)])
    message = r"^11 samples in a row cannot be read, the last: '010' is empty"
    with pytest.raises(DataError, match=message):
        reader(domain).read(0)


def test_the_cache_keeps_what_fits_in_its_budget():
    cache = SampleCache(budget_bytes=250)
    sample = (np.zeros(100, np.uint8),)
    reads = []
    for key in "abcabc":
        cache.get(key, lambda k=key: reads.append(k) or sample)
    assert reads == ["a", "b", "c", "c"]
    assert cache.used_bytes == 200


def test_cached_samples_are_what_was_read():
    fresh = reader(NumberedDomain(), size=(4, 6))
    cached = reader(NumberedDomain(), size=(4, 6), cache_bytes=10_000)
    for index in (2, 2, 3, 2):
        image, label = fresh.read(index)
        np.testing.assert_array_equal(cached.read(index)[0], image)
        np.testing.assert_array_equal(cached.read(index)[1], label)
