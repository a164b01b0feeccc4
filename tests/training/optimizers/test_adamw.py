"""AdamW: Keras' arithmetic, and rules that a person can work out."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.callbacks.checkpoints import restore_newest
from tf_advseg.training.callbacks.checkpoints import save_state
from tf_advseg.training.optimizers import NO_DECAY
from tf_advseg.training.optimizers import AdamW
from tf_advseg.training.optimizers import PolySchedule
from tf_advseg.training.optimizers import backbone_rate


def weights_named(*layer_names):
    inputs = keras.Input((4, 4, 1))
    weights = []
    for name in layer_names:
        layer = keras.layers.Conv2D(
            1, 1, use_bias=False, kernel_initializer="ones", name=name
        )
        layer(inputs)
        weights += layer.trainable_variables
    return weights


def moved(optimizer, weights, gradient=1.0):
    """How far one step goes, of weights that are one."""
    gradients = [tf.fill(w.shape, gradient) for w in weights]
    optimizer.apply(gradients, weights)
    return [float(1 - w.numpy().item()) for w in weights]


def compiled(optimizer):
    model = AdversarialSegmenter(toy_segmenter("trainable"), methods.MinEnt())
    model.compile(optimizer=optimizer)
    return model


@pytest.mark.parametrize("rules", [(), backbone_rate(1.0)])
def test_without_rules_it_is_keras_adamw_to_the_bit(rules):
    rate = PolySchedule(0.01, 10)
    ours = compiled(AdamW(rate, 0.1, learning_rate_rules=rules))
    theirs = compiled(keras.optimizers.AdamW(rate, 0.1))
    for model in (ours, theirs):
        step = tf.function(model.train_step)
        for seed in range(3):
            step(toy_batch(seed=seed))
    for a, b in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_checkpoint_of_keras_adamw_goes_on_to_the_bit(tmp_path):
    theirs = compiled(keras.optimizers.AdamW(0.01, 0.1))
    ours = compiled(AdamW(0.01, 0.1))
    theirs.train_step(toy_batch(seed=0))
    save_state(theirs, tmp_path, 1)
    assert restore_newest(ours, tmp_path) == 1
    for model in (theirs, ours):
        model.train_step(toy_batch(seed=1))
    for a, b in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_backbone_learns_at_a_rate_of_its_own():
    weights = weights_named(
        "stem_conv", "decoder_lateral_4", "main_aspp_0", "aux_logits"
    )
    optimizer = AdamW(0.01, 0.0, learning_rate_rules=backbone_rate(0.25))
    # Adam's first step is as long as its rate.
    np.testing.assert_allclose(
        moved(optimizer, weights), [0.0025, 0.01, 0.01, 0.01], rtol=1e-4
    )


def test_the_decay_goes_with_the_rate_of_the_variable():
    weights = weights_named("stem_conv", "main_logits")
    optimizer = AdamW(0.1, 0.5, learning_rate_rules=backbone_rate(0.2))
    np.testing.assert_allclose(
        moved(optimizer, weights, gradient=0.0),
        [0.1 * 0.2 * 0.5, 0.1 * 0.5],
        rtol=1e-5,
    )


def test_scales_offsets_and_biases_can_be_left_as_they_are():
    model = toy_segmenter("trainable")
    weights = model.trainable_variables
    for weight in weights:
        weight.assign(tf.ones(weight.shape))
    optimizer = AdamW(0.1, 0.5, weight_decay_rules=NO_DECAY)
    optimizer.apply([tf.zeros(w.shape) for w in weights], weights)
    after = {w.path: float(w.numpy().ravel()[0]) for w in weights}
    assert after.pop("bn/gamma") == after.pop("bn/beta") == 1.0
    for path, value in after.items():
        kept = path.endswith("/bias")
        assert value == (1.0 if kept else pytest.approx(1 - 0.1 * 0.5)), path


def test_it_survives_saving():
    optimizer = AdamW(
        PolySchedule(0.01, 10, warmup_steps=3),
        0.1,
        learning_rate_rules=backbone_rate(0.5),
        weight_decay_rules=NO_DECAY,
        beta_2=0.99,
    )
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert again.get_config() == optimizer.get_config()
    assert type(again) is AdamW
    one, other = weights_named("stem"), weights_named("stem")
    assert moved(optimizer, one, 0.5) == moved(again, other, 0.5)
