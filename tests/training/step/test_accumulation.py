"""Several parts of a batch, one update."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.optimizers import PolySchedule
from tf_advseg.training.step.accumulation import sum_over_parts

WEIGHTS = {"main": 0.5, "aux": 0.25}


def compiled(method, accumulate):
    model = AdversarialSegmenter(toy_segmenter(), method, discriminator_width=4)
    model.compile(
        optimizer=keras.optimizers.SGD(PolySchedule(0.05, 10), momentum=0.9),
        discriminator_optimizer=keras.optimizers.SGD(PolySchedule(0.05, 10)),
        accumulate=accumulate,
        watched_classes=("a", "b", "c"),
    )
    return model


def uneven_batch(seed):
    """Four images; the second half has far fewer labelled pixels."""
    images, labels = toy_batch(4, seed)
    labels = labels.numpy()
    labels[2:, :, 5:] = 255
    return images, tf.constant(labels)


@pytest.mark.parametrize(
    "method",
    [
        methods.AdvEnt(target_weights=WEIGHTS),
        methods.MinEntCP(target_weights=WEIGHTS, class_ratios=(0.5, 0.3, 0.2)),
    ],
)
def test_parts_equal_the_whole_batch(method):
    whole, parts = compiled(method, 1), compiled(method, 2)
    for level, network in parts.discriminators.items():
        network.set_weights(whole.discriminators[level].get_weights())
    for seed in range(3):
        expected = whole.train_step(uneven_batch(seed))
        found = tf.function(parts.train_step)(uneven_batch(seed))
        for name, value in expected.items():
            if "/pull/" in name:
                continue  # The norm of a part is not that of the whole.
            assert float(found[name]) == pytest.approx(
                float(value), abs=2e-6
            ), name
    assert parts.optimizer.iterations == 3  # One schedule step an update.
    for a, b in zip(whole.variables, parts.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-6)


def test_structures_are_summed_and_none_stays():
    def doubled(part):
        return {"sum": 2 * tf.reduce_sum(part), "nothing": None}

    found = sum_over_parts(doubled, tf.constant([1.0, 2.0, 3.0, 4.0]), 2)
    assert found == {"sum": 20.0, "nothing": None}


def test_a_batch_that_cannot_be_cut_is_named():
    with pytest.raises(ValueError, match=r"accumulate=3.*received \[4\]"):
        compiled(methods.SourceOnly(), 3).train_step(uneven_batch(0))


def test_less_than_one_part_is_named():
    with pytest.raises(ValueError, match="1 <= accumulate; received 0"):
        compiled(methods.SourceOnly(), 0)
