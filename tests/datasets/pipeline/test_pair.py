import gc

import numpy as np
import pytest
import tensorflow as tf
from toy_domains import NumberedDomain

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FaultLog
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import clean_data_errors
from tf_advseg.datasets import pair
from tf_advseg.datasets.files.sample_cache import SampleCache

PLAIN = SampleOptions()
RANDOM = SampleOptions(
    size=(8, 16),
    crop=(10, 12),
    flip=True,
    scale_range=(0.5, 1.5),
    scale_law="log",
    color_jitter=0.2,
    channel_gain=0.2,
    blur=0.5,
)


def batches(count, source=None, target=None, **options):
    """Takes `count` batches of 2 and returns them as arrays."""
    arguments = {
        "source_options": PLAIN,
        "target_options": PLAIN,
        "batch_size": 2,
        "seed": 7,
    }
    dataset = pair(source or NumberedDomain(), target, **(arguments | options))
    return list(dataset.take(count).as_numpy_iterator())


def assert_equal(first, second):
    assert len(first) == len(second) > 0
    for one, other in zip(first, second, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, one, other)


def test_a_batch_has_source_target_and_source_labels():
    dataset = pair(
        NumberedDomain(),
        NumberedDomain(labels=False),
        source_options=RANDOM,
        target_options=SampleOptions(size=(6, 10)),
        batch_size=2,
        seed=0,
    )
    inputs, labels = dataset.element_spec
    assert inputs == {
        "source": tf.TensorSpec((2, 10, 12, 3), tf.float32),
        "target": tf.TensorSpec((2, 6, 10, 3), tf.float32),
    }
    assert labels == tf.TensorSpec((2, 10, 12), tf.int32)


def test_without_a_target_a_batch_has_only_the_source():
    ((inputs, _),) = batches(1)
    assert set(inputs) == {"source"}


def test_labels_belong_to_their_images():
    for inputs, labels in batches(10):
        numbers = inputs["source"][:, 0, 0, 0].astype(int)
        np.testing.assert_array_equal(labels[:, 0, 0], numbers % 3)


def test_target_labels_are_never_read():
    class Guarded(NumberedDomain):
        def read_label(self, key):
            raise AssertionError("A target label was read.")

    target = Guarded(num_images=3, labels=True)
    assert len(batches(6, target=target)) == 6
    assert set(target.images_read) == {"000", "001", "002"}


def test_start_gives_the_batches_that_skipping_would():
    options = {"source_options": RANDOM, "target_options": RANDOM}
    target = NumberedDomain(5, labels=False)
    whole = batches(9, target=target, **options)
    assert_equal(batches(4, target=target, start=5, **options), whole[5:])


def test_start_reads_nothing_of_what_it_skips():
    source = NumberedDomain(100, size=(8, 16))
    batches(1, source=source, start=1000, cache_bytes=0)
    # One image for the size, the batch, and what is prepared ahead.
    assert len(source.images_read) < 50


@pytest.mark.parametrize("cache_bytes", [0, 2**20])
def test_batches_do_not_depend_on_the_number_of_threads(cache_bytes):
    def run(num_threads):
        dataset = pair(
            NumberedDomain(9, is_slow=True),
            NumberedDomain(5, labels=False, is_slow=True),
            source_options=RANDOM,
            target_options=RANDOM,
            batch_size=2,
            seed=7,
            cache_bytes=cache_bytes,
        )
        options = tf.data.Options()
        options.threading.private_threadpool_size = num_threads
        options.autotune.enabled = False
        dataset = dataset.with_options(options)
        return list(dataset.take(12).as_numpy_iterator())

    assert_equal(run(1), run(8))


def test_seeds_change_order_and_augmentation():
    first = batches(4, source_options=RANDOM, seed=1)
    second = batches(4, source_options=RANDOM, seed=2)
    assert any(
        not np.array_equal(one[1], other[1])
        for one, other in zip(first, second, strict=True)
    )


def test_images_are_decoded_once_if_they_fit_in_memory():
    source = NumberedDomain(6)
    batches(12, source=source)
    assert sorted(set(source.images_read)) == sorted(source.keys("train"))
    # Two threads may meet the same key at the same moment, hence not == 6.
    assert len(source.images_read) <= 12


def test_samples_in_memory_go_with_the_dataset(monkeypatch):
    caches = []
    create = SampleCache.__init__

    def remember(cache, budget_bytes):
        caches.append(cache)
        create(cache, budget_bytes)

    monkeypatch.setattr(SampleCache, "__init__", remember)
    batches(12, target=NumberedDomain(labels=False))
    gc.collect()
    assert [cache.used_bytes for cache in caches] == [0, 0]


def test_a_corrupt_image_is_replaced_by_the_next_and_counted():
    faults = FaultLog(limit=0.5)
    source = NumberedDomain(4, corrupt=("001",))
    seen = batches(8, source=source, faults=faults)
    numbers = [int(image[0, 0, 0]) for b in seen for image in b[0]["source"]]
    # Four epochs of four images: 2 comes twice in each, 1 never.
    assert np.bincount(numbers).tolist() == [4, 0, 8, 4]
    assert faults.faults == {"001": "'001' is empty (0 bytes)."}
    assert faults.count >= 4


def test_too_many_corrupt_images_stop_the_run_with_the_clean_error():
    faults = FaultLog()
    source = NumberedDomain(50, corrupt={f"{i:03d}" for i in range(1, 50, 2)})
    dataset = pair(
        source, None, source_options=PLAIN, batch_size=2, seed=0, faults=faults
    )
    stopped = pytest.raises(DataError, match=r"^\d of \d+ reads failed, more")
    with stopped, clean_data_errors(faults):
        for _ in dataset.take(1000):
            pass
    assert faults.count >= 3


def test_without_the_context_tf_data_wraps_the_error():
    faults = FaultLog(limit=0.0)
    source = NumberedDomain(2, corrupt=("000", "001"))
    options = SampleOptions(size=(8, 16))
    with pytest.raises(tf.errors.OpError):
        batches(1, source=source, source_options=options, faults=faults)
    assert str(faults.fatal).startswith("1 of 1 reads failed")


def test_a_source_without_labels_is_refused():
    with pytest.raises(
        DataError, match=r"'train' of the source 'numbered' has"
    ):
        batches(1, source=NumberedDomain(labels=False))


def test_a_target_needs_options():
    with pytest.raises(ValueError, match="needs target_options; received None"):
        batches(1, target=NumberedDomain(), target_options=None)


@pytest.mark.parametrize("argument", [{"batch_size": 0}, {"start": -1}])
def test_arguments_out_of_range_are_refused(argument):
    with pytest.raises(ValueError, match=r"Expected .* <= .*; received"):
        batches(1, **argument)


def test_images_of_different_sizes_need_a_size_or_a_crop():
    class Mixed(NumberedDomain):
        def read_image(self, key):
            return np.zeros((8, 16 + int(key), 3), np.uint8)

        def read_label(self, key):
            return np.zeros((8, 16 + int(key)), np.uint8)

    faults = FaultLog()
    stopped = pytest.raises(DataError, match="give a size to resize to, or a")
    with stopped, clean_data_errors(faults):
        batches(9, source=Mixed(), faults=faults)
    ((inputs, labels),) = batches(
        1, source=Mixed(), source_options=SampleOptions(crop=(8, 20))
    )
    assert inputs["source"].shape == (2, 8, 20, 3)
    assert labels.shape == (2, 8, 20)
