"""What a segmenter makes of images, on one that can be read off them."""

import numpy as np
import pytest
import toy_segmenter

from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.labelling.looking import look
from tf_advseg.labelling.looking import masks


def sample(key, classes, native=None):
    image = toy_segmenter.paint(classes).astype(np.float32)
    return Sample(key, image, None, native or image.shape[:2])


def test_shares_and_features_are_of_each_image():
    found = look(
        toy_segmenter.colour_segmenter(),
        [sample("a", [[0, 0], [0, 1]]), sample("b", [[2, 2], [2, 2]])],
        batch_size=2,
    )
    assert found.keys == ["a", "b"]
    np.testing.assert_allclose(
        found.shares, [[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]]
    )
    length = np.hypot(0.75, 0.25)
    np.testing.assert_allclose(
        found.features[0], [0.75 / length, 0.25 / length, 0.0], rtol=1e-5
    )
    np.testing.assert_allclose(found.entropy, 0.0, atol=1e-6)
    np.testing.assert_allclose(found.disagreement, 0.0)


def test_who_knows_nothing_has_full_entropy():
    found = look(
        toy_segmenter.logits_segmenter(1.0, 1.0, 1.0), [sample("a", [[0, 1]])]
    )
    assert found.entropy == pytest.approx([1.0])


def test_disagreement_is_seen_in_the_mirrored_image():
    """Logits of the left pixel of two: mirrored, of the right one."""
    left = toy_segmenter.colour_segmenter(stride=2)
    image = np.tile([0, 1, 0, 0], (2, 1))
    found = look(left, [sample("a", image)])
    assert found.disagreement == pytest.approx([0.5])


def test_masks_have_the_native_size():
    one = sample("a", [[0, 1], [0, 1]], native=(4, 4))
    ((same, classes),) = masks(toy_segmenter.colour_segmenter(), [one])
    assert same is one
    assert (classes.shape, classes.dtype) == ((4, 4), np.uint8)
    assert classes[:, 0].tolist() == [0] * 4
    assert classes[:, 3].tolist() == [1] * 4
