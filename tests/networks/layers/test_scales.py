"""Windows and the fusion of scales against loops written plainly."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.layers import DetailWindows
from tf_advseg.networks.layers import ScaleFusion
from tf_advseg.networks.layers import WholeUnits
from tf_advseg.networks.layers.scales import windows as scales
from tf_advseg.networks.layers.scales.windows import Windows

RNG = np.random.default_rng(0)
UNIT, SCALE, WINDOW = 4, 2, (8, 8)
STRIDE = UNIT // SCALE
WINDOWS = Windows(WINDOW, UNIT)


def noise(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def drawn_place(shape, updates):
    """Where the window of an update begins, seen in an image of numbers."""
    numbers = np.arange(np.prod(shape), dtype=np.float32).reshape(1, *shape, 1)
    with scales.drawn(WINDOWS, 0, updates):
        seen = DetailWindows(WINDOW, UNIT)(tf.constant(numbers), training=True)
        labels = scales.cropped(tf.constant(numbers[..., 0]))
    np.testing.assert_array_equal(seen[..., 0], labels)
    row, column = divmod(int(seen[0, 0, 0, 0]), shape[1])
    return row, column


@pytest.mark.parametrize(
    ("shape", "rows", "columns"),
    [
        ((8, 8), [0], [0]),
        ((12, 20), [0, 4], [0, 4, 8, 12]),
        ((4, 16), [0], [0, 4, 8]),
    ],
)
def test_windows_slide_by_half_and_end_with_the_image(shape, rows, columns):
    images = noise(2, *shape, 3)
    seen = DetailWindows(WINDOW, UNIT)(images)
    height = min(8, shape[0])
    expected = [
        image[row : row + height, column : column + 8]
        for image in images
        for row in rows
        for column in columns
    ]
    np.testing.assert_array_equal(seen, expected)


def test_a_drawn_window_is_the_same_for_an_update_and_comes_to_all_places():
    shape = (12, 16)
    places = [drawn_place(shape, number) for number in range(40)]
    assert places == [drawn_place(shape, number) for number in range(40)]
    assert set(places) == {(r, c) for r in (0, 4) for c in (0, 4, 8)}


def test_without_a_draw_training_slides_too():
    layer, images = DetailWindows(WINDOW, UNIT), noise(1, 12, 16, 3)
    np.testing.assert_array_equal(layer(images), layer(images, training=True))
    with scales.drawn(WINDOWS, 0, 5):
        np.testing.assert_array_equal(layer(images), layer(images))
        assert layer(images, training=True).shape == (1, 8, 8, 3)


def bilinear(maps, scale):
    """Pixels are squares: cell i of the large map lies at (i + 0.5) / scale
    - 0.5 of the small one."""
    for axis in (0, 1):
        count = maps.shape[axis]
        at = (np.arange(count * scale) + 0.5) / scale - 0.5
        at = np.clip(at, 0, count - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, count - 1)
        shape = [-1 if a == axis else 1 for a in range(maps.ndim)]
        share = (at - low).reshape(shape)
        maps = (1 - share) * maps.take(low, axis) + share * maps.take(
            high, axis
        )
    return maps


def plain_fusion(context, attention, details, shape, starts):
    """One image's, pixel by pixel."""
    fine = shape[0] // STRIDE, shape[1] // STRIDE
    total, count = np.zeros((*fine, 3)), np.zeros(fine)
    for logits, (row, column) in zip(details, starts, strict=True):
        for i in range(4):
            for j in range(4):
                y, x = row // STRIDE + i, column // STRIDE + j
                total[y, x] += logits[i, j]
                count[y, x] += 1
    mean = total / np.maximum(count, 1)[..., None]
    weight = 1 / (1 + np.exp(-attention))
    for y in range(weight.shape[0]):
        for x in range(weight.shape[1]):
            if not count[SCALE * y, SCALE * x]:
                weight[y, x] = 0
    outside = bilinear((1 - weight) * context, SCALE)
    return outside + bilinear(weight, SCALE) * mean


@pytest.mark.parametrize("is_drawn", [False, True])
def test_fusion_equals_the_loop_written_plainly(is_drawn):
    shape, number = (12, 16), 3
    images = np.zeros((2, *shape, 3), np.float32)
    context, attention = noise(2, 3, 4, 3), noise(2, 3, 4, 3)
    starts = [(row, column) for row in (0, 4) for column in (0, 4, 8)]
    if is_drawn:
        starts = [drawn_place(shape, number)]
    details = noise(2 * len(starts), 4, 4, 3)
    fusion = ScaleFusion(WINDOW, UNIT, SCALE)
    inputs = [context, attention, details, images]
    # One graph for images of any size as well.
    signature = [tf.TensorSpec((None, None, None, a.shape[-1])) for a in inputs]
    traced = tf.function(
        lambda *inputs: fusion(list(inputs), training=True),
        input_signature=signature,
    )
    with scales.drawn(WINDOWS if is_drawn else None, 0, number):
        found = fusion(inputs, training=True)
        np.testing.assert_allclose(traced(*inputs), found, atol=1e-6)
    by_image = details.reshape(2, len(starts), 4, 4, 3)
    for one, *parts in zip(found, context, attention, by_image, strict=True):
        expected = plain_fusion(*parts, shape, starts)
        np.testing.assert_allclose(one, expected, atol=1e-5)


def test_outside_of_the_drawn_window_the_context_alone_counts():
    shape, number = (16, 32), 0
    row, column = drawn_place(shape, number)
    context = noise(1, 4, 8, 3)
    sure = np.full_like(context, 100)
    inputs = [context, sure, noise(1, 4, 4, 3), np.zeros((1, *shape, 3))]
    with scales.drawn(WINDOWS, 0, number):
        found = ScaleFusion(WINDOW, UNIT, SCALE)(inputs, training=True)
    expected = bilinear(context[0], SCALE)
    # `up` reaches one fine cell further.
    far = np.ones((8, 16), bool)
    top, left = row // STRIDE, column // STRIDE
    far[max(top - 1, 0) : top + 5, max(left - 1, 0) : left + 5] = False
    assert far.any()
    np.testing.assert_allclose(found[0][far], expected[far], atol=1e-5)


@pytest.mark.parametrize("is_known", [True, False])
def test_images_of_whole_units_stay_and_others_grow_to_be(is_known):
    layer = WholeUnits(UNIT)
    shape = (None, None, None, 3)
    resize = layer if is_known else tf.function(layer)
    if not is_known:
        resize = tf.function(layer, input_signature=[tf.TensorSpec(shape)])
    whole = noise(1, 8, 12, 3)
    np.testing.assert_array_equal(resize(whole), whole)
    assert resize(noise(1, 5, 12, 3)).shape == (1, 8, 12, 3)
    symbolic = layer(keras.KerasTensor((None, 5, 9, 3)))
    assert symbolic.shape == (None, 8, 12, 3)


def test_a_window_of_no_whole_cells_is_refused():
    with pytest.raises(ValueError, match=r"multiples of 4 pixels.*10x8"):
        Windows((10, 8), 4)
