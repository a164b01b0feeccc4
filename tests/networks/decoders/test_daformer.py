"""The fusion of all levels, counted and looked at."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.decoders import DAFormer

STRIDES = {"c2": 4, "c3": 8, "c4": 16, "c5": 32}


def backbone():
    """Levels of 1 to 4 channels, each with a 1x1 convolution of its own."""
    images = keras.Input((None, None, 3), name="images")
    features = {}
    for depth, (name, stride) in enumerate(STRIDES.items(), start=1):
        x = keras.layers.AveragePooling2D(stride, padding="same")(images)
        features[name] = keras.layers.Conv2D(depth, 1, name=f"of_{name}")(x)
    return keras.Model(images, features)


@pytest.fixture(scope="module")
def segmenter():
    keras.utils.set_random_seed(0)
    return DAFormer(channels=8).build(backbone(), 3)


def test_it_has_the_papers_convolutions_and_no_others(segmenter):
    """K channels of 8, 4 levels of them fused: 32."""
    counts = {}
    for layer in segmenter.layers:
        if layer.name.startswith(("decoder_", "main")):
            counts[layer.name] = layer.count_params()
    embedded = sum(depth * 8 + 8 for depth in (1, 2, 3, 4))
    point = 32 * 8
    atrous = 3 * (9 * 32 + 32 * 8)
    bottleneck = 9 * (4 * 8) * 8
    norms = 5 * 2 * 8
    classifier = 8 * 3 + 3
    assert sum(counts.values()) == (
        embedded + point + atrous + bottleneck + norms + classifier
    )
    dilations = [
        layer.dilation_rate
        for layer in segmenter.layers
        if isinstance(layer, keras.layers.DepthwiseConv2D)
    ]
    assert dilations == [(6, 6), (12, 12), (18, 18)]


def test_every_level_has_its_say_at_the_finest_size(segmenter):
    rng = np.random.default_rng(0)
    images = tf.constant(rng.uniform(0, 1, (1, 64, 128, 3)), tf.float32)
    before = segmenter(images)["main"]
    assert segmenter(images)["features"].shape == (1, 16, 32, 8)
    for name in STRIDES:
        kernel = segmenter.get_layer(f"of_{name}").kernel
        kept = kernel.numpy()
        kernel.assign(kept + 1.0)
        assert np.abs(segmenter(images)["main"] - before).max() > 1e-4, name
        kernel.assign(kept)
