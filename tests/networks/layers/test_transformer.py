"""Attention, tokens and positions on maps, stochastic depth, devices' GELU."""

import keras
import numpy as np
import pytest

from tf_advseg.networks.layers import DropPath
from tf_advseg.networks.layers import MapAttention
from tf_advseg.networks.layers import RotaryPosition
from tf_advseg.networks.layers import TanhGELU
from tf_advseg.networks.layers import TokenColumn
from tf_advseg.networks.layers import TokenMap


def maps(height, width, channels=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1, (2, height, width, channels)).astype(np.float32)


def attended(query, keys, values, num_heads):
    """One place and one head at a time."""
    out = np.zeros_like(query)
    width = query.shape[-1] // num_heads
    for image, row, column in np.ndindex(*query.shape[:3]):
        for head in range(num_heads):
            part = slice(head * width, (head + 1) * width)
            seen = keys[image].reshape(-1, query.shape[-1])[:, part]
            scores = seen @ query[image, row, column, part] / np.sqrt(width)
            weights = np.exp(scores) / np.exp(scores).sum()
            told = values[image].reshape(-1, query.shape[-1])[:, part]
            out[image, row, column, part] = weights @ told
    return out


def test_attention_is_the_formula_at_each_place():
    query, keys, values = maps(3, 4), maps(2, 2, seed=1), maps(2, 2, seed=2)
    found = MapAttention(num_heads=3)([query, keys, values])
    wanted = attended(query, keys, values, 3)
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_channels_that_heads_cannot_divide_are_refused():
    with pytest.raises(ValueError, match="4 heads can divide; received 6"):
        MapAttention(num_heads=4)([maps(2, 2)] * 3)


def test_patches_come_back_from_below_their_tokens():
    column = TokenColumn(num_tokens=2, grid=(3, 4))
    patches = maps(3, 4)
    found = column(patches)
    assert found.shape == (2, 2 + 12, 1, 6)
    tokens, positions = column.get_weights()
    np.testing.assert_array_equal(found[1, :2, 0], tokens)
    np.testing.assert_allclose(
        TokenMap(num_tokens=2)([found, patches]), patches + positions, atol=1e-6
    )


def test_what_is_seen_of_turned_places_is_how_far_apart_they_are():
    turn = RotaryPosition(num_heads=1, num_tokens=1)
    same = np.tile(maps(1, 1, channels=8)[:1], (1, 1 + 4 * 5, 1, 1))
    found = np.asarray(turn([same, maps(4, 5)[:1]]))[0, :, 0]
    np.testing.assert_array_equal(found[0], same[0, 0, 0])
    places = found[1:].reshape(4, 5, 8)
    products = np.einsum("hwc,HWc->hwHW", places, places)
    step = products[0, 0, 1, 2]
    assert products[2, 2, 3, 4] == pytest.approx(step, abs=1e-5)
    assert abs(products[0, 0, 2, 1] - step) > 1e-3


def test_channels_that_cannot_be_turned_are_refused():
    column = maps(1, 1, channels=6)
    with pytest.raises(ValueError, match="into fours; received 6"):
        RotaryPosition(num_heads=1, num_tokens=0)([column, column])


def test_a_dropped_branch_is_zero_and_a_kept_one_larger():
    keras.utils.set_random_seed(0)
    x = np.ones((400, 1, 1, 2), np.float32)
    layer = DropPath(0.25)
    found = np.asarray(layer(x, training=True))
    assert (found == found[..., :1]).all()  # The whole image, or none of it.
    np.testing.assert_allclose(np.unique(found), [0, 1 / 0.75], rtol=1e-6)
    assert (found == 0).mean() == pytest.approx(0.25, abs=0.07)
    np.testing.assert_array_equal(layer(x), x)


def test_a_rate_of_one_would_leave_nothing():
    with pytest.raises(ValueError, match="rate"):
        DropPath(1.0)


def test_gelu_is_near_that_of_the_error_function():
    x = np.linspace(-4, 4, 41, dtype=np.float32)
    exact = keras.activations.gelu(x, approximate=False)
    np.testing.assert_allclose(TanhGELU()(x), exact, atol=5e-4)
