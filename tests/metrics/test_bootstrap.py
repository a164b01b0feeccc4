"""The bootstrap over images: hand cases, pairing, seeds."""

import numpy as np
import pytest

from tf_advseg.metrics import iou as metrics
from tf_advseg.metrics.bootstrap import interval_of
from tf_advseg.metrics.bootstrap import iou_of_counts
from tf_advseg.metrics.bootstrap import miou_of_counts
from tf_advseg.metrics.bootstrap import paired_difference
from tf_advseg.metrics.bootstrap import pixel_counts


def images(*right, size=10):
    """Counts of images of one class and the rest; `right` pixels are hit."""
    confusions = [np.array([[hit, size - hit], [0, size]]) for hit in right]
    return np.stack([pixel_counts(confusion) for confusion in confusions])


def test_counts_give_the_ious_of_the_confusion():
    confusion = np.random.default_rng(0).integers(0, 50, (4, 4))
    confusion[3] = confusion[:, 3] = 0
    counts = pixel_counts(confusion)
    np.testing.assert_array_equal(
        iou_of_counts(counts), metrics.iou_per_class(confusion)
    )
    assert miou_of_counts(counts) == metrics.mean_iou(confusion)


def test_equal_gains_on_every_image_leave_no_doubt():
    found = paired_difference([images(5, 5, 5)], [images(3, 3, 3)])
    # IoU of the class: 0.5 against 0.3; of the rest: 10 / 15 against 10 / 17.
    assert found.value == pytest.approx(((0.5 - 0.3) + (10 / 15 - 10 / 17)) / 2)
    assert found.low == pytest.approx(found.value)
    assert found.high == pytest.approx(found.value)


def test_gains_on_some_and_losses_on_others_leave_doubt():
    found = paired_difference([images(9, 1, 8, 2)], [images(1, 9, 2, 8)])
    assert found.low < 0 < found.high
    assert found.value == pytest.approx(0)


def test_pairing_removes_what_is_hard_for_both():
    hard = [1, 2, 8, 9] * 10
    easier = [hit + 1 for hit in hard]
    found = paired_difference([images(*easier)], [images(*hard)])
    assert found.low > 0
    shuffled = [easier[(index * 7 + 3) % 40] for index in range(40)]
    unpaired = paired_difference([images(*shuffled)], [images(*hard)])
    assert unpaired.high - unpaired.low > found.high - found.low


def test_the_interval_has_the_width_that_theory_gives():
    """All pixels of an image right or none: IoU is close to a share."""
    generator = np.random.default_rng(1)
    right = generator.integers(0, 2, 400) * 10
    never = np.zeros(400, int)
    after = images(*right)[:, :, :1]
    before = images(*never)[:, :, :1]
    found = paired_difference([after], [before], draws=4000)
    expected = 2 * 1.96 * 0.5 / np.sqrt(400)
    assert found.high - found.low == pytest.approx(expected, rel=0.1)


def test_seeds_that_disagree_widen_the_interval():
    before = images(5, 5, 5, 5)
    one = paired_difference([images(6, 6, 6, 6)], [before])
    three = paired_difference(
        [images(9, 9, 9, 9), images(6, 6, 6, 6), images(3, 3, 3, 3)],
        [before] * 3,
    )
    assert one.low == pytest.approx(one.high)
    assert three.low < 0 < three.high


def test_each_class_has_its_own_interval():
    absent = np.zeros((2, 3, 1), int)
    after = np.concatenate([images(5, 5), absent], axis=2)
    before = np.concatenate([images(3, 3), absent], axis=2)
    found = paired_difference([after], [before], statistic=iou_of_counts)
    np.testing.assert_allclose(found.value[0], 0.2)
    np.testing.assert_allclose(found.low[0], 0.2)
    assert np.isnan(found.value[2])
    assert np.isnan(found.high[2])


def test_the_same_seed_gives_the_same_interval():
    counts = [images(1, 5, 9)], [images(2, 4, 4)]
    assert paired_difference(*counts) == paired_difference(*counts)


def test_other_images_are_an_error():
    with pytest.raises(ValueError, match="of the same images and classes"):
        paired_difference([images(1, 2)], [images(1, 2, 3)])


def test_one_model_on_equal_images_is_beyond_doubt():
    found = interval_of(images(5, 5, 5))
    # The class has IoU 5 / 10, the rest 10 / 15 on every image.
    assert found.value == pytest.approx((5 / 10 + 10 / 15) / 2)
    assert found.low == found.high == pytest.approx(found.value)


def test_the_interval_of_one_model_has_the_width_that_theory_gives():
    right = np.random.default_rng(1).integers(0, 2, 400) * 10
    found = interval_of(images(*right)[:, :, :1], draws=4000)
    share = right.mean() / 10
    width = 2 * 1.96 * np.sqrt(share * (1 - share) / 400)
    assert found.value == pytest.approx(share)
    assert found.high - found.low == pytest.approx(width, rel=0.1)


def test_one_model_without_images_is_refused():
    with pytest.raises(ValueError, match=r"received the shape \(0, 3, 2\)"):
        interval_of(np.zeros((0, 3, 2)))
