"""What is hidden of an image, and what is learned of its context by that."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from pixel_world import SIZE
from toy_training import trainer

from tf_advseg import methods
from tf_advseg.methods.masking import HIDDEN
from tf_advseg.methods.masking import block_masks
from tf_advseg.methods.masking import with_hidden_blocks
from tf_advseg.networks.layers import CornersAlignedResize


def seeds(count, start=0):
    return tf.constant([[start + i, 7] for i in range(count)], tf.int64)


def test_blocks_are_hidden_whole_and_each_by_its_own_draw():
    masks = block_masks(tf.constant([12, 8]), seeds(50), 4, 0.7).numpy()
    blocks = masks.reshape(50, 3, 4, 2, 4)
    assert (blocks == blocks[:, :, :1, :, :1]).all()
    drawn = blocks[:, :, 0, :, 0]
    # 300 draws: a deviation of sqrt(0.7 * 0.3 / 300) = 0.026.
    assert drawn.mean() == pytest.approx(0.7, abs=0.08)
    assert len({one.tobytes() for one in drawn}) > 15  # Each is drawn anew.


@pytest.mark.parametrize(("ratio", "is_hidden"), [(0.0, False), (1.0, True)])
def test_a_ratio_of_nothing_or_all_hides_that(ratio, is_hidden):
    masks = block_masks(tf.constant([8, 8]), seeds(3), 4, ratio).numpy()
    assert (masks == is_hidden).all()


def test_a_side_is_cut_in_the_nearest_number_of_blocks():
    """10 rows of blocks of 4: round(2.5) = 2 of 5 rows; 7 columns: 2, of 4
    and 3; a side shorter than half a block is one."""
    masks = block_masks(tf.constant([10, 7]), seeds(60), 4, 0.5).numpy()
    for part in (masks[:, :5, :4], masks[:, :5, 4:], masks[:, 5:, :4]):
        assert (part == part[:, :1, :1]).all()
    assert (masks[:, 0, 3] != masks[:, 0, 4]).any()
    assert (masks[:, 4, 0] != masks[:, 5, 0]).any()
    whole = block_masks(tf.constant([4, 4]), seeds(20), 64, 0.5).numpy()
    assert (whole == whole[:, :1, :1]).all()
    assert 0 < whole.mean() < 1


def test_an_image_is_masked_by_its_own_seed_alone():
    images = tf.random.stateless_uniform((3, 8, 8, 3), (1, 2), maxval=255.0)
    together = with_hidden_blocks(images, seeds(3), 2, 0.7).numpy()
    alone = with_hidden_blocks(images[1:2], seeds(1, 1), 2, 0.7)
    np.testing.assert_array_equal(together[1:2], alone)
    is_hidden = (together == np.float32(HIDDEN)).all(-1)
    np.testing.assert_array_equal(together[~is_hidden], images[~is_hidden])
    assert 0.4 < is_hidden.mean() < 0.95
    method = methods.Mic(mask_block=2)
    harder = method.masked(images, seeds(3)).numpy()
    np.testing.assert_array_equal(harder, method.masked(images, seeds(3)))
    assert (harder == np.float32(HIDDEN)).all(-1).any()


@pytest.mark.parametrize(
    ("option", "value"),
    [("mask_ratio", 1.5), ("mask_block", 0), ("masked_weight", -1.0)],
)
def test_what_cannot_be_is_named(option, value):
    with pytest.raises(ValueError, match=f"self_training {option}"):
        methods.SelfTraining(**{option: value})


def world(rng, is_target, num_images=4):
    """Grey images `(B, H, W, 3)`, labels, and which pixels tell nothing.

    One class is 32 darker and one 32 brighter than what is hidden. In the
    source every pixel's class is its own. A target image is of one class, and
    four in ten of its pixels are as grey as what is hidden.
    """
    size = (1, 1) if is_target else SIZE
    labels = rng.integers(0, 2, (num_images, *size)).astype(np.int32)
    labels = np.broadcast_to(labels, (num_images, *SIZE))
    tells_nothing = is_target & (rng.random(labels.shape) < 0.4)
    contrast = np.where(tells_nothing, 0, 64 * labels - 32)
    pixels = rng.normal(np.mean(HIDDEN) + contrast, 8)[..., None] * np.ones(3)
    return pixels.astype(np.float32), labels, tells_nothing


def world_segmenter():
    """Sees a pixel, and the mean of its surroundings."""
    keras.utils.set_random_seed(0)
    images = keras.Input((*SIZE, 3), name="images")
    x = keras.layers.Rescaling(1 / 32, offset=-3.6)(images)
    around = keras.layers.AveragePooling2D(9, strides=1, padding="same")(x)
    seen = keras.layers.Concatenate()([x, around])
    logits = keras.layers.Conv2D(2, 1, name="main_logits")(seen)
    outputs = {"main": CornersAlignedResize(name="main")([logits, images])}
    return keras.Model(images, outputs, name="context")


def world_accuracies(method):
    """Of the target's grey pixels, and of all others."""
    rng = np.random.default_rng(0)
    model = trainer(world_segmenter(), method)
    model.compile(optimizer=keras.optimizers.Adam(0.05), target_delay=100)
    step = tf.function(model.train_step)
    for _ in range(300):
        source, labels, _ = world(rng, is_target=False)
        target, *_ = world(rng, is_target=True)
        step(({"source": source, "target": target}, labels))
    images, labels, tells_nothing = world(rng, is_target=True, num_images=16)
    logits = model.segmenter(images)["main"]
    is_right = tf.argmax(logits, axis=-1).numpy() == labels
    return is_right[tells_nothing].mean(), is_right[~tells_nothing].mean()


@pytest.mark.slow
def test_what_a_pixel_does_not_tell_is_learned_of_its_surroundings():
    """In the source surroundings tell nothing, so grey pixels are guessed;
    their labels are never believed, but those of hidden pixels are."""
    plain = {
        "threshold": 0.9,
        "weighting": "pixel",
        "teacher_decay": 0.9,
        "color_jitter": 0.0,
        "blur": 0.0,
    }
    grey, clear = world_accuracies(methods.Dacs(**plain))
    assert grey < 0.75 and clear > 0.99
    grey, clear = world_accuracies(methods.Mic(mask_block=4, **plain))
    assert grey > 0.95 and clear > 0.99
