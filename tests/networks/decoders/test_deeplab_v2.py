"""Tests of the classifiers on a backbone."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.decoders.deeplab_v2 import deeplab_v2
from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.networks.segmenter import low_resolution_logits


def _backbone(levels=("main", "aux")):
    images = keras.Input((None, None, 3), name="images")
    x = keras.layers.Conv2D(4, 3, strides=4, padding="same", name="conv1")
    features = x(images)
    return keras.Model(images, dict.fromkeys(levels, features))


def _images(height=8, width=16):
    rng = np.random.default_rng(0)
    return tf.constant(rng.uniform(0, 255, (2, height, width, 3)), tf.float32)


def test_outputs_are_logits_at_image_size_and_the_features():
    outputs = deeplab_v2(_backbone(), num_classes=3)(_images())
    shapes = {name: tuple(output.shape) for name, output in outputs.items()}
    assert shapes == {
        "main": (2, 8, 16, 3),
        "aux": (2, 8, 16, 3),
        "features": (2, 2, 4, 4),
    }


def test_a_backbone_of_one_level_has_no_aux_output():
    segmenter = deeplab_v2(_backbone(("main",)), num_classes=3)
    assert set(segmenter.output) == {"main", "features"}


def test_logits_are_the_sum_of_the_dilated_convolutions_resized():
    segmenter = deeplab_v2(_backbone(), num_classes=3)
    images = _images()
    outputs = segmenter(images)
    branches = [
        tf.nn.conv2d(
            outputs["features"], layer.kernel, 1, "SAME", dilations=dilation
        )
        + layer.bias
        for layer, dilation in (
            (segmenter.get_layer(f"main_aspp_{i}"), (6, 12, 18, 24)[i])
            for i in range(4)
        )
    ]
    expected = resize_corners_aligned(tf.add_n(branches), (8, 16))
    np.testing.assert_allclose(outputs["main"], expected, atol=1e-4)


def test_two_branches_reproduce_adaptsegnets_early_return():
    segmenter = deeplab_v2(_backbone(), num_classes=3, aspp_branches=2)
    names = [layer.name for layer in segmenter.layers if "_aspp_" in layer.name]
    assert sorted(names) == [
        "aux_aspp_0",
        "aux_aspp_1",
        "main_aspp_0",
        "main_aspp_1",
    ]
    dilations = [segmenter.get_layer(name).dilation_rate for name in names]
    assert sorted(dilations) == [(6, 6), (6, 6), (12, 12), (12, 12)]


def test_low_resolution_logits_are_what_gets_resized():
    segmenter = deeplab_v2(_backbone(), num_classes=3)
    logits = low_resolution_logits(segmenter)(_images())
    assert logits.shape == (2, 2, 4, 3)
    expected = segmenter(_images())["main"]
    np.testing.assert_array_equal(
        resize_corners_aligned(logits, (8, 16)), expected
    )


def test_classifiers_start_small_with_biases_like_pytorchs():
    segmenter = deeplab_v2(_backbone(), num_classes=200)
    layer = segmenter.get_layer("main_aspp_0")
    assert np.std(layer.kernel) == pytest.approx(0.01, rel=0.05)
    bound = 1 / np.sqrt(9 * 4)
    assert 0.9 * bound < np.abs(layer.bias).max() <= bound


def test_mixed_precision_gives_float32_logits():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        segmenter = deeplab_v2(_backbone(), num_classes=3)
    finally:
        keras.config.set_dtype_policy("float32")
    outputs = segmenter(_images())
    assert outputs["features"].dtype == tf.bfloat16
    assert outputs["main"].dtype == tf.float32
    assert low_resolution_logits(segmenter)(_images()).dtype == tf.float32


def test_a_saved_segmenter_predicts_the_same(tmp_path):
    segmenter = deeplab_v2(_backbone(), num_classes=3, aspp_branches=3)
    segmenter.save(tmp_path / "segmenter.keras")
    restored = keras.models.load_model(tmp_path / "segmenter.keras")
    for name, output in segmenter(_images()).items():
        np.testing.assert_array_equal(restored(_images())[name], output)


@pytest.mark.parametrize(
    "options", [{"num_classes": 1}, {"num_classes": 3, "aspp_branches": 5}]
)
def test_impossible_sizes_are_reported(options):
    with pytest.raises(ValueError, match="Expected 2 <= "):
        deeplab_v2(_backbone(), **options)
