import math
import shutil

import numpy as np
import pytest
import tensorflow as tf
from packing import zip_folder
from toy_domains import CLASSES
from toy_domains import NumberedDomain
from toy_domains import write_folder
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FaultLog
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.classes.class_count_file import split_class_counts
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.classes.statistics import class_counts
from tf_advseg.datasets.pipeline.rare_classes import RareClassSampler
from tf_advseg.datasets.pipeline.rare_classes import class_probabilities
from tf_advseg.datasets.pipeline.sampling import stream_seeds
from tf_advseg.experiment import making
from tf_advseg.experiment.batches import make_batches
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

# Images 0 and 1 are road, 2 has some car, 3 is nearly all sky.
COUNTS = np.array([[100, 0, 0], [100, 0, 0], [90, 10, 0], [10, 0, 90]])
RANDOM = SampleOptions(
    size=(8, 16),
    crop=(6, 12),
    flip=True,
    scale_range=(0.5, 1.5),
    crop_tries=3,
)


def drawn(sampler, positions, seed=0):
    order_seed, _ = stream_seeds(seed, 0)
    return [
        int(sampler(tf.constant(p, tf.int64), order_seed)) for p in positions
    ]


def test_probabilities_are_those_of_the_paper():
    # f = 0.9, 0.09, 0.01; (1 - f) / 0.1 = 1, 9.1, 9.9.
    found = class_probabilities(np.array([90, 9, 1]), 0.1)
    scores = [math.exp(1), math.exp(9.1), math.exp(9.9)]
    np.testing.assert_allclose(found, np.array(scores) / sum(scores))


def test_a_class_without_a_pixel_is_never_drawn():
    found = class_probabilities(np.array([90, 0, 10]), 0.1)
    assert found[1] == 0 and found.sum() == pytest.approx(1)


@pytest.mark.parametrize("temperature", [1e-6, 1e-3, 1e6])
def test_extreme_temperatures_are_no_trouble(temperature):
    found = class_probabilities(np.array([90, 9, 1]), temperature)
    assert np.isfinite(found).all() and found.sum() == pytest.approx(1)
    if temperature > 1:
        np.testing.assert_allclose(found, 1 / 3, atol=1e-6)


def test_images_come_as_often_as_their_classes_are_drawn():
    sampler = RareClassSampler(COUNTS, temperature=0.5)
    indices = drawn(sampler, range(2000))
    shares = np.bincount(indices, minlength=4) / len(indices)
    road, car, sky = sampler.probabilities
    # Road is in all four images, car in image 2, sky in image 3.
    expected = np.array([0, 0, car, sky]) + road / 4
    np.testing.assert_allclose(shares, expected, atol=0.04)
    assert car > sky > road


def test_specks_do_not_count_unless_there_is_nothing_else():
    counts = np.array([[10_000, 1, 1], [10_000, 100, 0]])
    sampler = RareClassSampler(counts, temperature=1e-3)
    # The rarest class is only there as a speck; car is drawn from image 1.
    assert sampler.probabilities[2] > 0.3
    always_sky = RareClassSampler(counts[:, [0, 2]], temperature=1e-6)
    assert set(drawn(always_sky, range(20))) == {0}
    always_car = RareClassSampler(counts[:, [0, 1]], temperature=1e-6)
    assert set(drawn(always_car, range(20))) == {1}


def test_a_position_gives_the_same_image_in_graph_and_eagerly():
    sampler = RareClassSampler(COUNTS, temperature=0.5)
    seed, _ = stream_seeds(3, 0)
    positions = tf.data.Dataset.range(1000, 1030)
    mapped = positions.map(lambda p: sampler(p, seed), tf.data.AUTOTUNE)
    found = [int(index) for index in mapped]
    eager = [
        int(sampler(tf.constant(p, tf.int64), seed)) for p in range(1000, 1030)
    ]
    assert found == eager
    assert drawn(sampler, range(1000, 1030), seed=4) != eager


def batches(count, num_threads=4, **options):
    source = options.pop("source", None) or NumberedDomain(4, is_slow=True)
    arguments = {
        "source_options": RANDOM,
        "target_options": RANDOM,
        "batch_size": 2,
        "seed": 7,
        "source_sampler": RareClassSampler(COUNTS, temperature=0.5),
    }
    target = NumberedDomain(5, labels=False, is_slow=True)
    dataset = pair(source, target, **(arguments | options))
    threads = tf.data.Options()
    threads.threading.private_threadpool_size = num_threads
    threads.autotune.enabled = False
    dataset = dataset.with_options(threads)
    return list(dataset.take(count).as_numpy_iterator())


def assert_equal(first, second):
    assert len(first) == len(second) > 0
    for one, other in zip(first, second, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, one, other)


def test_batches_do_not_depend_on_the_number_of_threads():
    assert_equal(
        batches(12, num_threads=1, cache_bytes=0),
        batches(12, num_threads=8, cache_bytes=0),
    )


def test_start_gives_the_batches_that_skipping_would():
    whole = batches(9)
    assert_equal(batches(4, start=5), whole[5:])


def test_order_and_position_are_the_same_from_archives_and_caches(tmp_path):
    root = write_folder(tmp_path / "renders", num_images=4)
    archive = zip_folder(root, tmp_path / "renders.zip")
    whole = batches(9, source=FolderDomain(root))
    cache = tmp_path / "cache"
    for place, threads, cache_dir in (
        (root, 8, cache),
        (archive, 1, None),
        (archive, 8, cache),
    ):
        found = batches(
            4,
            num_threads=threads,
            source=FolderDomain(place),
            start=5,
            cache_dir=cache_dir,
        )
        assert_equal(found, whole[5:])


def test_the_target_comes_as_ever():
    with_rare = batches(6)
    without = batches(6, source_sampler=None)
    for one, other in zip(with_rare, without, strict=True):
        np.testing.assert_array_equal(one[0]["target"], other[0]["target"])
    assert any(
        not np.array_equal(one[1], other[1])
        for one, other in zip(with_rare, without, strict=True)
    )


def test_classes_are_counted_in_every_label(tmp_path):
    root = write_folder(tmp_path, num_images=2, size=(2, 4))
    write_label(root / "labels/1.png", [[1, 1, 2, 255], [0, 0, 0, 0]])
    domain = FolderDomain(root)
    counts = class_counts(domain, domain.keys("train"))
    assert counts.tolist() == [[8, 0, 0], [4, 2, 1]]


def test_counts_are_kept_until_the_labels_change(tmp_path, monkeypatch):
    root = write_folder(tmp_path / "data", num_images=3)
    cache_dir = tmp_path / "cache"
    first = split_class_counts(FolderDomain(root), "train", cache_dir)
    with monkeypatch.context() as patch:
        patch.delattr(LabelTable, "read")
        again = split_class_counts(FolderDomain(root), "train", cache_dir)
    np.testing.assert_array_equal(first, again)
    write_label(root / "labels/0.png", np.full((8, 16), 2))
    shutil.copystat(root / "classes.yaml", root / "labels/0.png")
    changed = split_class_counts(FolderDomain(root), "train", cache_dir)
    assert changed[0].tolist() == [0, 0, 128]


def test_a_corrupt_label_is_never_drawn_for(tmp_path):
    root = write_folder(tmp_path, num_images=3)
    (root / "labels/2.png").write_bytes(b"")
    domain, faults = FolderDomain(root), FaultLog(limit=0.5)
    counts = class_counts(domain, domain.keys("train"), faults)
    assert counts[2].tolist() == [0, 0, 0] and faults.count == 1
    with pytest.raises(DataError, match="is empty"):
        class_counts(domain, domain.keys("train"))
    indices = drawn(RareClassSampler(counts, 1.0), range(50))
    assert set(indices) == {0, 1}


def test_labels_without_a_labelled_pixel_are_refused():
    with pytest.raises(DataError, match="no label has a labelled pixel"):
        RareClassSampler(np.zeros((3, 2), int), 0.01)


def test_the_setting_reaches_the_batches(tmp_path):
    root = write_folder(tmp_path / "r", num_images=4)
    for i, ids in enumerate((0, 0, 0, 2)):
        write_label(root / f"labels/{i}.png", np.full((8, 16), ids))
    domain = FolderDomain(root)
    domains = making.Domains(domain, domain)
    labels = {}
    for temperature in (0.0, 0.01):
        settings = TrainSettings(
            **PLAIN
            | {
                "method": "source_only",
                "source_size": "32x32",
                "rare_class_temperature": temperature,
                "cache_dir": str(tmp_path / "cache"),
            }
        )
        method = making.make_method(settings, domains)
        dataset = make_batches(settings, domains, method, 0, FaultLog())
        labels[temperature] = [int(y[0, 0, 0]) for _, y in dataset.take(8)]
    assert set(labels[0.01]) == {2} and set(labels[0.0]) == {0, 2}
    assert CLASSES.names[2] == "sky"
    with pytest.raises(ValueError, match="_temperature must be at least 0; "):
        TrainSettings(rare_class_temperature=-1.0)
