"""Tests of resizing with aligned corners."""

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.image_ops import resize_corners_aligned


def _row(*values, dtype=tf.float32):
    return tf.reshape(tf.constant(values, dtype), (1, 1, len(values), 1))


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_corners_keep_their_values_and_the_rest_lies_between(dtype):
    # Five outputs for three inputs: positions 0, 0.5, 1, 1.5, 2.
    resized = resize_corners_aligned(_row(0, 10, 40, dtype=dtype), (1, 5))
    np.testing.assert_allclose(resized[0, 0, :, 0], [0, 5, 10, 25, 40])


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_shrinking_reads_at_aligned_positions_without_averaging(dtype):
    # Three outputs for six inputs: positions 0, 2.5, 5.
    x = _row(0, 0, 8, 4, 0, 2, dtype=dtype)
    resized = resize_corners_aligned(x, (1, 3))
    np.testing.assert_allclose(resized[0, 0, :, 0], [0, 6, 2])


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_a_single_output_reads_the_first_input(dtype):
    resized = resize_corners_aligned(_row(7, 1, 3, dtype=dtype), (1, 1))
    assert resized.numpy().item() == 7


@pytest.mark.parametrize("size", [(65, 97), (9, 13), (4, 30), (1, 1)])
def test_both_types_give_the_same_values_and_gradients(size):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 9, 13, 3))
    weights = rng.normal(size=(2, *size, 3))
    results = []
    for dtype in (tf.float32, tf.float64):
        maps = tf.constant(x, dtype)
        with tf.GradientTape() as tape:
            tape.watch(maps)
            resized = resize_corners_aligned(maps, size)
            total = tf.reduce_sum(resized * tf.cast(weights, dtype))
        assert resized.dtype == dtype
        results.append((resized, tape.gradient(total, maps)))
    for single, double in zip(*results, strict=True):
        scale = np.abs(double).max()
        np.testing.assert_allclose(single, double, atol=2e-6 * scale)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_sizes_may_be_unknown_until_the_graph_runs(dtype):
    @tf.function(input_signature=[tf.TensorSpec([None] * 4, dtype)])
    def enlarge(x):
        return resize_corners_aligned(x, tf.shape(x)[1:3] * 2 - 1)

    resized = enlarge(_row(0, 10, dtype=dtype))
    np.testing.assert_allclose(resized[0, 0, :, 0], [0, 5, 10])


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_half_precision_maps_come_back_in_float32(dtype):
    # 1/64 apart from 255: neither type has it, float32 has.
    resized = resize_corners_aligned(_row(0, 255, dtype=dtype), (1, 65))
    assert resized.dtype == tf.float32
    np.testing.assert_allclose(resized[0, 0, 64 // 2 + 1, 0], 255 * 33 / 64)
