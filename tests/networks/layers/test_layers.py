"""Tests of the small layers around the networks."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.layers import CeilModeMaxPooling2D
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.networks.layers import ImagePreprocessing
from tf_advseg.networks.layers import preprocess


@pytest.mark.parametrize(
    ("size", "pooled"),
    # ceil((n - 1) / 2) + 1; the last two are those of 321 and 512 pixels.
    [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (161, 81), (256, 129)],
)
def test_pooling_rounds_sizes_up(size, pooled):
    layer = CeilModeMaxPooling2D()
    outputs = layer(tf.ones((1, size, size, 1)))
    assert outputs.shape == (1, pooled, pooled, 1)
    symbolic = layer(keras.Input((size, None, 1)))
    assert symbolic.shape == (None, pooled, None, 1)


@pytest.mark.parametrize(
    ("row", "pooled"),
    [
        # Windows (pad 1 2) (2 3 pad) and, for the even size, (4 pad pad).
        ([1.0, 2.0, 3.0], [2, 3]),
        ([1.0, 2.0, 3.0, 4.0], [2, 4, 4]),
    ],
)
def test_pooling_takes_the_largest_of_each_window(row, pooled):
    features = tf.tile(tf.reshape(row, (1, 1, -1, 1)), (1, 3, 1, 1))
    outputs = CeilModeMaxPooling2D()(features)
    np.testing.assert_array_equal(outputs[0, 0, :, 0], pooled)


def test_resize_goes_to_the_size_of_the_image():
    features = tf.reshape([0.0, 10.0], (1, 1, 2, 1))
    outputs = CornersAlignedResize()([features, tf.zeros((1, 1, 3, 3))])
    np.testing.assert_array_equal(outputs[0, 0, :, 0], [0, 5, 10])


def test_resize_knows_its_shape_before_it_runs():
    layer = CornersAlignedResize()
    features = keras.Input((None, None, 7))
    known = layer([features, keras.Input((65, 97, 3))])
    assert known.shape == (None, 65, 97, 7)
    unknown = layer([features, keras.Input((None, None, 3))])
    assert unknown.shape == (None, None, None, 7)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "float32", "float64"])
def test_resize_returns_full_precision(policy):
    layer = CornersAlignedResize(dtype=policy)
    features = tf.zeros((1, 2, 2, 1), layer.compute_dtype)
    images = tf.zeros((1, 4, 4, 3), layer.variable_dtype)
    symbolic = layer(
        [
            keras.Input((2, 2, 1), dtype=layer.compute_dtype),
            keras.Input((4, 4, 3), dtype=layer.variable_dtype),
        ]
    )
    assert layer([features, images]).dtype == layer.variable_dtype
    assert symbolic.dtype == layer.variable_dtype


def _preprocessed(name, pixel):
    images = keras.Input((None, None, 3))
    model = keras.Model(images, preprocess(images, name))
    return np.ravel(model(tf.reshape(tf.constant(pixel), (1, 1, 1, 3))))


def test_caffe_networks_get_blue_first_and_means_subtracted():
    outputs = _preprocessed("caffe", [130.0, 120.0, 110.0])
    expected = [110 - 104.00698793, 120 - 116.66876762, 130 - 122.67891434]
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)


def test_torch_networks_get_unit_deviations():
    outputs = _preprocessed("torch", [255.0, 0.0, 127.5])
    expected = [
        (1 - 0.485) / 0.229,
        (0 - 0.456) / 0.224,
        (0.5 - 0.406) / 0.225,
    ]
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)


def test_lite_networks_get_about_minus_one_to_one():
    outputs = _preprocessed("lite", [0.0, 127.0, 255.0])
    np.testing.assert_allclose(outputs, [-127 / 128, 0, 1], rtol=1e-6)


def test_images_without_preprocessing_pass_unchanged():
    images = keras.Input((None, None, 3))
    assert preprocess(images, "none") is images


def test_unknown_preprocessing_is_reported():
    with pytest.raises(ValueError, match="Did you mean 'caffe'"):
        preprocess(keras.Input((None, None, 3)), "cafe")


def test_preprocessing_is_exact_in_mixed_precision():
    layer = ImagePreprocessing(
        (0.5, 0.5, 0.5), channel_order="bgr", dtype="mixed_bfloat16"
    )
    # bfloat16 has 8 bits: 201 - 0.5 would become 200 or 201.
    outputs = layer(tf.constant([[[[201.0, 202.0, 203.0]]]]))
    np.testing.assert_array_equal(np.ravel(outputs), [202.5, 201.5, 200.5])


@pytest.mark.parametrize(
    "layer",
    [
        CeilModeMaxPooling2D(name="pool"),
        CornersAlignedResize(name="main"),
        ImagePreprocessing((1, 2, 3), (4, 5, 6), "bgr", name="preprocessing"),
    ],
    ids=lambda layer: layer.name,
)
def test_configs_survive_saving(layer):
    restored = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert type(restored) is type(layer)
    assert restored.get_config() == layer.get_config()
