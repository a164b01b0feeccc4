"""The statistics and the index that make the drift signal."""

import math

import numpy as np
import pytest

from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.edge.network import Prediction
from tf_advseg.export.edge.watching.drift import DriftMonitor
from tf_advseg.export.edge.watching.stability import by_chance
from tf_advseg.export.edge.watching.stability import population_stability_index
from tf_advseg.export.edge.watching.statistics import Statistics
from tf_advseg.export.edge.watching.statistics import classes_at


def prediction(classes, entropy):
    return Prediction(np.array(classes, np.uint8), np.array(entropy, np.uint8))


def test_shares_and_entropies_of_one_frame_by_hand():
    statistics = Statistics(num_classes=3)
    # The entropy's grid is that of the four corners: classes 0, 0, 1, 1.
    classes = [[0, 0, 0], [0, 1, 1], [1, 1, 1]]
    statistics.add([prediction(classes, [[0, 51], [102, 255]])])
    assert statistics.class_shares.tolist() == [4 / 9, 5 / 9, 0]
    assert statistics.mean_entropy == pytest.approx(0.4)
    assert statistics.entropy_per_class == pytest.approx([0.1, 0.7, None])


def test_a_frame_of_two_tiles_counts_as_one_image():
    statistics = Statistics(2, edges=[0, 0.4, 0.6, 1])
    tiles = [prediction([[0]], [[0]]), prediction([[1]], [[255]])]
    statistics.add(tiles)
    assert statistics.num_images == 1
    # Neither tile alone would fall into the middle bin.
    assert statistics.histogram.tolist() == [0, 1, 0]
    assert statistics.class_shares.tolist() == [0.5, 0.5]


def test_the_grid_of_entropies_reaches_the_corners():
    classes = np.arange(20).reshape(4, 5)
    assert classes_at(classes, (2, 2)).tolist() == [[0, 4], [15, 19]]
    assert classes_at(classes, (4, 5)).tolist() == classes.tolist()
    classes = np.arange(15).reshape(3, 5)
    assert classes_at(classes, (2, 3)).tolist() == [[0, 2, 4], [10, 12, 14]]


def test_a_reference_has_ten_bins_with_a_tenth_of_the_images_each():
    statistics = Statistics(1)
    for step in range(100):
        statistics.add([prediction([[0]], [[step]])])
    reference = statistics.to_reference("toy", "train")
    histogram = reference["image_entropy_histogram"]
    assert histogram["shares"] == pytest.approx([0.1] * 10)
    edges = histogram["edges"]
    assert (len(edges), edges[0], edges[-1]) == (11, 0, 1)
    assert edges == sorted(edges)


def test_equal_images_make_a_reference_that_agrees_with_them():
    statistics = Statistics(1)
    for _ in range(4):
        statistics.add([prediction([[0]], [[80]])])
    reference = statistics.to_reference("toy", "train")
    assert sum(reference["image_entropy_histogram"]["shares"]) == 1
    monitor = DriftMonitor(["only"], reference, interval=2, threshold=0.2)
    assert monitor.add([prediction([[0]], [[80]])]) is None
    line = monitor.add([prediction([[0]], [[80]])])
    assert line["psi_entropy"] == line["psi_classes"] == 0
    assert not line["alarm"]


def test_a_class_that_the_metadata_does_not_name_is_an_error():
    with pytest.raises(EdgeError, match="predicts class 7"):
        Statistics(3).add([prediction([[7]], [[0]])])


def test_the_index_by_hand():
    by_hand = 0.2 * math.log(0.7 / 0.5) - 0.2 * math.log(0.3 / 0.5)
    seen = population_stability_index([0.5, 0.5], [0.7, 0.3])
    assert seen == pytest.approx(by_hand)
    # Symmetric, and finite where a bin is empty.
    assert seen == pytest.approx(
        population_stability_index([0.7, 0.3], [0.5, 0.5])
    )
    assert 1 < population_stability_index([1, 0], [0.5, 0.5]) < 10


def test_chance_alone_rarely_exceeds_its_limit():
    random = np.random.default_rng(0)
    num_seen, num_expected = 200, 300
    limit = by_chance(10, num_seen, num_expected)
    values = [
        population_stability_index(
            random.multinomial(num_expected, [0.1] * 10) / num_expected,
            random.multinomial(num_seen, [0.1] * 10) / num_seen,
        )
        for _ in range(2000)
    ]
    exceeded = np.mean(np.array(values) > limit)
    # One in 1,000 is meant; the theory is for large samples.
    assert exceeded < 0.005
    assert np.mean(np.array(values) > limit / 2) > 0.01


def reference_of(num_images, entropy, classes):
    statistics = Statistics(2)
    for index in range(num_images):
        steps = [[entropy + index % 10]]
        statistics.add([prediction(classes, steps)])
    return statistics.to_reference("toy", "train")


def run_monitor(reference, frames, interval=100):
    monitor = DriftMonitor(["a", "b"], reference, interval, threshold=0.2)
    lines = [monitor.add([frame]) for frame in frames] + [monitor.finish()]
    return monitor, [line for line in lines if line]


def test_frames_like_the_reference_raise_no_alarm():
    reference = reference_of(300, 50, [[0, 1]])
    frames = [prediction([[0, 1]], [[50 + i % 10]]) for i in range(100)]
    monitor, lines = run_monitor(reference, frames)
    assert [line["alarm"] for line in lines] == [False]
    assert monitor.num_alarms == 0


@pytest.mark.parametrize(
    ("classes", "entropy", "what"),
    [([[0, 1]], 90, "psi_entropy"), ([[0, 0]], 50, "psi_classes")],
)
def test_drift_of_either_kind_raises_an_alarm(classes, entropy, what):
    reference = reference_of(300, 50, [[0, 1]])
    frames = [prediction(classes, [[entropy + i % 10]]) for i in range(100)]
    monitor, lines = run_monitor(reference, frames)
    assert lines[0]["alarm"] and lines[0][what] > 1
    assert monitor.num_alarms == 1


def test_an_interval_that_ends_after_a_few_frames_raises_no_alarm():
    reference = reference_of(300, 50, [[0, 1]])
    frames = [prediction([[0, 1]], [[50 + i % 10]]) for i in range(100)]
    frames += [prediction([[1, 1]], [[50]])] * 3
    _, lines = run_monitor(reference, frames)
    assert [line["images"] for line in lines] == [100, 3]
    assert lines[1]["psi_classes"] > 0.2 and not lines[1]["alarm"]


def test_a_reference_of_other_classes_is_refused():
    reference = reference_of(3, 50, [[0, 1]])
    with pytest.raises(EdgeError, match="3 classes"):
        DriftMonitor(["a", "b", "c"], reference, 10, 0.2)
    with pytest.raises(EdgeError, match="at least 1 frame"):
        DriftMonitor(["a", "b"], reference, 0, 0.2)
