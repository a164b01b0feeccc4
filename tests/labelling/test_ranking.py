"""Which images are suggested, on pools that a person can rank."""

import numpy as np
import pytest

from tf_advseg.labelling.ranking import Pool
from tf_advseg.labelling.ranking import k_centre
from tf_advseg.labelling.ranking import ranked
from tf_advseg.labelling.ranking import suggest
from tf_advseg.labelling.ranking import telling


def pool(**changes):
    shares = np.array([[1.0, 0.0], [0.5, 0.5], [1.0, 0.0], [0.9, 0.1]])
    given = {
        "keys": ["a", "b", "c", "d"],
        "entropy": np.array([0.1, 0.2, 0.9, 0.3]),
        "disagreement": np.array([0.4, 0.1, 0.3, 0.2]),
        "shares": shares,
        "features": np.array([[0.0], [5.0], [5.1], [9.0]]),
        **changes,
    }
    return Pool(**given)


@pytest.mark.parametrize(
    ("rank_by", "order"),
    [
        ("entropy", [2, 3, 1, 0]),
        ("disagreement", [0, 2, 3, 1]),
        # Class 1 has (0.5 + 0.1) / 4 of the pixels.
        ("rare", [1, 3, 0, 2]),
        # The middle is 4.775; then the farthest, and so on.
        ("diversity", [1, 0, 3, 2]),
    ],
)
def test_each_order(rank_by, order):
    assert suggest(pool(), 4, rank_by) == order
    assert suggest(pool(), 2, rank_by) == order[:2]


def test_rare_classes_weigh_by_their_share_of_the_pool():
    weights = (np.array([0.85, 0.15]) + 0.02) ** -0.5
    expected = [weights[0], weights.mean(), weights[0], weights @ [0.9, 0.1]]
    np.testing.assert_allclose(pool().rare, expected)


def test_telling_is_a_mean_of_ranks():
    # Ranks of b: entropy 1/3, disagreement 0, rare 1.
    assert telling(pool())[1] == pytest.approx((1 / 3 + 0 + 1) / 3)
    np.testing.assert_allclose(ranked(np.array([3.0, 3.0])), [0.5, 0.5])
    np.testing.assert_allclose(ranked(np.array([3.0])), [0.0])


def test_combined_takes_no_second_image_of_a_scene():
    """The two best show the same; the third is unlike them."""
    count = 10
    entropy = np.linspace(1.0, 0.0, count)
    features = np.zeros((count, 1))
    features[2] = 1.0
    many = pool(
        keys=list("abcdefghij"),
        entropy=entropy,
        disagreement=entropy,
        shares=np.ones((count, 1)),
        features=features,
    )
    assert suggest(many, 2, "entropy") == [0, 1]
    assert suggest(many, 2) == [0, 2]


def test_combined_leaves_out_what_tells_little_however_odd_it_is():
    entropy = np.linspace(1.0, 0.0, 10)
    features = np.zeros((10, 1))
    features[9] = 100.0
    many = pool(
        keys=list("abcdefghij"),
        entropy=entropy,
        disagreement=entropy,
        shares=np.ones((10, 1)),
        features=features,
    )
    assert 9 not in suggest(many, 2)
    assert 9 in suggest(many, 2, "diversity")


def test_equal_images_are_not_taken_twice():
    assert sorted(k_centre(np.zeros((3, 2)), 3, first=1)) == [0, 1, 2]
    assert sorted(k_centre(np.zeros((3, 2)), 9, first=0)) == [0, 1, 2]
