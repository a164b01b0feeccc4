"""The resize inside the graph is Pillow's, to the last bit."""

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.export.graph.pillow_resize import resize_bicubic


def _noise(size, seed):
    """Half of the images black and white: they overshoot and are clipped."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (*size, 3), np.uint8)
    return pixels if seed % 2 else 255 * (pixels > 127).astype(np.uint8)


@pytest.mark.parametrize("seed", range(24))
def test_every_pixel_equals_pillows(seed):
    rng = np.random.default_rng(100 + seed)
    height, width, new_height, new_width = rng.integers(1, 90, 4).tolist()
    image = _noise((height, width), seed)
    expected = resize_image(image, (new_height, new_width))
    found = resize_bicubic(tf.constant(image[None]), (new_height, new_width))
    np.testing.assert_array_equal(found[0], expected)


def test_an_image_of_the_right_size_is_left_alone():
    image = _noise((7, 9), 1)[None]
    np.testing.assert_array_equal(resize_bicubic(image, (7, 9)), image)


def test_one_graph_serves_batches_of_every_size():
    spec = tf.TensorSpec((None, None, None, 3), tf.uint8)
    resize = tf.function(
        lambda images: resize_bicubic(images, (12, 20)), input_signature=[spec]
    )
    for size in ((5, 50), (40, 8), (12, 20)):
        images = np.stack([_noise(size, seed) for seed in range(3)])
        expected = [resize_image(image, (12, 20)) for image in images]
        np.testing.assert_array_equal(resize(images), np.stack(expected))
