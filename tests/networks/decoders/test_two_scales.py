"""A network of two scales is a segmenter like others."""

import keras
import numpy as np
import pytest
from toy_backbone import Tiny

from tf_advseg.experiment import registry
from tf_advseg.networks.decoders.two_scales import on_two_scales
from tf_advseg.networks.decoders.two_scales import windows_of
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.networks.segmenter import low_resolution_logits

WINDOW = (16, 16)
FACTS = {"classes": ["a", "b", "c"], "palette": [[0, 0, 0]] * 3}


def images(height, width):
    rng = np.random.default_rng(0)
    return rng.uniform(0, 255, (1, height, width, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def networks():
    """One of one scale, and what it becomes."""
    keras.utils.set_random_seed(0)
    backbone = Tiny().build()
    decoder = registry.make_decoder("daformer(channels=8, dropout=0)")
    segmenter = decoder.build(backbone, 3)
    return segmenter, on_two_scales(segmenter, backbone, WINDOW, 2, channels=8)


def test_windows_and_the_small_image_are_seen_with_the_weights_of_one(networks):
    """Weights are shared, and are those of the network that it was made of."""
    one, two = networks
    batch = images(32, 32)
    details = two(batch)["detail"]
    seen = [one(batch[:, r : r + 16, c : c + 16])["main"][0] for r, c in STARTS]
    np.testing.assert_allclose(details, seen, atol=1e-5)
    small = batch.reshape(1, 16, 2, 16, 2, 3).mean((2, 4))
    np.testing.assert_allclose(
        two(batch)["features"], one(small)["features"], atol=1e-5
    )
    attention = sum("attention" in w.path for w in two.weights)
    assert len(two.weights) == len(one.weights) + attention


STARTS = [(r, c) for r in (0, 8, 16) for c in (0, 8, 16)]


def test_a_network_without_doubt_believes_its_windows(networks):
    """With an attention of 1 everywhere logits are the windows' mean."""
    _, two = networks
    copy = keras.models.clone_model(two)
    copy.set_weights(two.get_weights())
    kernel, bias = copy.get_layer("decoder_attention_logits").get_weights()
    copy.get_layer("decoder_attention_logits").set_weights(
        [0 * kernel, 0 * bias + 50]
    )
    batch = images(16, 16)
    np.testing.assert_allclose(
        copy(batch)["main"], copy(batch)["detail"], atol=1e-5
    )


@pytest.mark.parametrize("size", [(32, 64), (30, 41), (10, 24)])
def test_it_is_saved_and_takes_any_size(networks, tmp_path, size):
    _, two = networks
    path = save_segmenter(two, tmp_path / "two.keras", FACTS)
    loaded, _ = load_segmenter(path)
    batch = images(*size)
    found = loaded(batch)["main"]
    assert found.shape == (1, *size, 3)
    np.testing.assert_array_equal(found, two(batch)["main"])
    assert low_resolution_logits(loaded)(batch).shape[1] == -(-size[0] // 8) * 2
    assert windows_of(loaded) == windows_of(two)


def test_what_cannot_be_is_named():
    backbone = Tiny().build()
    two_levels = registry.make_decoder("deeplab_v2(aspp_branches=2)")
    with pytest.raises(ValueError, match=r"one level; .* has main, aux"):
        on_two_scales(two_levels.build(backbone, 3), backbone, WINDOW)
    segmenter = registry.make_decoder("fpn").build(backbone, 3)
    with pytest.raises(ValueError, match=r"multiples of 8 pixels.*12x16"):
        on_two_scales(segmenter, backbone, (12, 16))
