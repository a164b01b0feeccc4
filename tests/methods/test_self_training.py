"""What is believed, mixed and shown, with numbers to work out by hand."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from pixel_world import SIZE
from pixel_world import accuracy
from pixel_world import segmenter
from toy_training import trainer

from tf_advseg import methods
from tf_advseg.methods import class_mix
from tf_advseg.methods.confidence import BINS
from tf_advseg.methods.confidence import class_thresholds
from tf_advseg.methods.confidence import count_confidences
from tf_advseg.methods.perturbation import perturbed
from tf_advseg.methods.self_training import Samples

LN2, LN4 = np.log(2.0), np.log(4.0)


def seeds(count, start=0):
    return tf.constant([[start + i, 7] for i in range(count)], tf.int64)


def test_loss_is_a_mean_over_all_labelled_pixels_of_each_image():
    """One image with two sure halves of four pixels, one with an ignored."""
    even = np.zeros((2, 1, 2, 4), np.float32)  # Each class: 1/4.
    labels = tf.constant([[[0, 3]], [[1, 255]]])
    weights = tf.constant([[[1.0, 0.0]], [[0.5, 1.0]]])
    loss = methods.Dacs().mixed_loss(even, labels, weights)
    first, second = (LN4 + 0) / 2, 0.5 * LN4 / 1
    assert float(loss) == pytest.approx((first + second) / 2)


def test_class_weights_count_for_the_source_alone():
    """Weights of 3 and 1: over their mean in the image, 2."""
    method = methods.Dacs(class_weights=(3.0, 1.0))
    labels = tf.constant([[[0, 1], [255, 255]], [[1, 1], [1, 255]]])
    found = method.source_counts(labels)
    expected = [[[1.5, 0.5], [0, 0]], [[1, 1], [1, 0]]]
    np.testing.assert_allclose(found, expected)
    even = np.zeros((2, 2, 2, 2), np.float32)
    believed = tf.ones(labels.shape)
    assert float(method.mixed_loss(even, labels, believed)) == pytest.approx(
        LN2
    )
    source = Samples(tf.zeros((2, 2, 2, 3)), labels, believed)
    target = Samples(tf.ones((2, 2, 2, 3)), tf.zeros_like(labels), believed)
    mixed = method.mixed(source, target, seeds(2), 2)
    is_source = mixed.images[..., 0] == 0
    assert 0 < np.mean(is_source) < 1
    np.testing.assert_allclose(mixed.weights[is_source], found[is_source])
    np.testing.assert_array_equal(mixed.weights[~is_source], 1)


def test_no_class_weights_count_nothing():
    labels = tf.constant([[[0, 1, 255]]])
    found = methods.Dacs().source_counts(labels)
    np.testing.assert_array_equal(found, [[[1, 1, 0]]])


def test_an_image_counts_by_its_share_of_believed_pixels():
    is_believed = tf.constant([[[True, False, False, False]], [[True] * 4]])
    found = methods.Dacs(weighting="image").pixel_weights(is_believed)
    np.testing.assert_array_equal(found, [[[0.25] * 4], [[1.0] * 4]])
    found = methods.Dacs(weighting="pixel").pixel_weights(is_believed)
    np.testing.assert_array_equal(found, [[[1, 0, 0, 0]], [[1, 1, 1, 1]]])


def test_each_class_is_believed_from_where_its_share_begins():
    """Class 0 is sure, class 1 is not; class 2 was never seen."""
    confidence = tf.constant([[[0.99, 0.98, 0.97, 0.96, 0.5, 0.6, 0.7, 0.8]]])
    classes = tf.constant([[[0, 0, 0, 0, 1, 1, 1, 1]]])
    counts = count_confidences(confidence, classes, 3)
    assert counts.shape == (3, BINS)
    found = class_thresholds(counts, 0.5).numpy()
    expected = [int(0.98 * BINS) / BINS, int(0.7 * BINS) / BINS]
    np.testing.assert_allclose(found[:2], expected)
    method = methods.SelfTraining(threshold=0.9, share=0.5)
    found = method.thresholds(counts).numpy()
    np.testing.assert_allclose(found, [0.9, expected[1], 0.9], rtol=1e-6)
    fixed = methods.Dacs(threshold=0.968, share=0).thresholds(counts).numpy()
    np.testing.assert_allclose(fixed, [0.968] * 3, rtol=1e-6)


def test_half_of_the_classes_are_cut_out_whole():
    """Of three classes two, of one class that one; ignored pixels never."""
    labels = tf.constant([[[0, 0, 1, 2, 255]], [[3, 3, 3, 3, 255]]])
    drawn = set()
    for start in range(40):
        mask = class_mix.class_masks(labels, seeds(2, start), 5).numpy()
        assert mask[1, 0].tolist() == [True] * 4 + [False]
        classes = {c for c in range(3) if mask[0, 0][labels[0, 0] == c].any()}
        for c in range(3):
            of_class = mask[0, 0][labels[0, 0].numpy() == c]
            assert of_class.all() or not of_class.any()
        assert len(classes) == 2 and not mask[0, 0, 4]
        drawn.add(frozenset(classes))
    assert len(drawn) == 3  # Every pair comes.


def test_an_image_of_ignored_pixels_gives_nothing():
    mask = class_mix.class_masks(tf.fill((1, 2, 2), 255), seeds(1), 3)
    assert not mask.numpy().any()


def test_images_of_another_size_are_resized_with_their_labels():
    labels = tf.constant([[[0, 1], [2, 255]]])
    images = tf.cast(labels, tf.float32)[..., None] * tf.ones(3)
    found, ids = class_mix.at_size_of(images, labels, tf.zeros((1, 4, 4, 3)))
    assert found.shape == (1, 4, 4, 3)
    assert ids.numpy()[0].tolist() == [
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        [2, 2, 255, 255],
        [2, 2, 255, 255],
    ]


def test_an_image_is_perturbed_by_its_own_seed_alone():
    images = tf.random.stateless_uniform((3, 8, 8, 3), (1, 2), maxval=255.0)
    together = perturbed(images, seeds(3), 0.25, 0.5)
    alone = perturbed(images[1:2], seeds(3)[1:2], 0.25, 0.5)
    np.testing.assert_allclose(together[1:2], alone, rtol=1e-6)
    np.testing.assert_array_equal(perturbed(images, seeds(3), 0, 0), images)
    assert not np.allclose(together, images)


def world(rng, colours, deviations, num_images=4):
    """Red and green of two classes, drawn pixel by pixel.

    Args:
        rng: Draws them.
        colours: Red and green of each class.
        deviations: Of red and of green.
        num_images: B.
    """
    labels = rng.integers(0, 2, (num_images, *SIZE)).astype(np.int32)
    mean = np.asarray(colours, np.float32)[labels]
    pixels = rng.normal(mean, deviations)
    blue = np.full((*labels.shape, 1), 128.0)
    images = np.concatenate([pixels, blue], axis=-1)
    return images.astype(np.float32), labels


def world_accuracy(method):
    """Red tells the classes apart in the source, and green says nothing. In
    the target red has become vague, and green tells all."""
    rng = np.random.default_rng(0)
    vague, clear = [[118, 80], [138, 176]], [[100, 128], [156, 128]]
    model = trainer(segmenter(), method)
    model.compile(optimizer=keras.optimizers.Adam(0.05), target_delay=100)
    step = tf.function(model.train_step)
    for _ in range(200):
        source, labels = world(rng, clear, [8, 8])
        target, _ = world(rng, vague, [12, 8])
        step(({"source": source, "target": target}, labels))
    return accuracy(model.segmenter, *world(rng, vague, [12, 8], 16))


# Pixels have no neighbours here, and the run is short.
PLAIN = {"color_jitter": 0.0, "blur": 0.0, "teacher_decay": 0.9}


@pytest.mark.slow
def test_what_few_pixels_are_sure_of_is_learned_for_all():
    """The boundary of red alone, 128, lies 10 from the mean of each class: a
    normal deviation of 12 leaves 20 % of the pixels on the wrong side of it.
    """
    right = 0.5 * (1 + math.erf(10 / 12 / math.sqrt(2)))  # 0.798
    found = world_accuracy(methods.SourceOnly())
    assert found == pytest.approx(right, abs=0.02)
    assert world_accuracy(methods.SelfTraining(**PLAIN)) > 0.99
    assert world_accuracy(methods.Dacs(threshold=0.9, **PLAIN)) > 0.99
