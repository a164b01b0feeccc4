"""What few labelled target images do in a step, against plain arithmetic."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter
from toy_training import trainer

from tf_advseg import methods

METHODS = [
    methods.SourceOnly(),
    methods.AdvEnt(),
    methods.MinEnt(),
    methods.Dacs(threshold=0.4),
    methods.SelfTraining(),
]


def mixed_batch(seed=0):
    """Half of a batch's labelled images as the target's; and all as before."""
    images, labels = toy_batch(seed=seed)
    half = len(labels) // 2
    parts = {
        "source": images["source"][:half],
        "target_labels": images["source"][half:],
        "target": images["target"],
    }
    names = {"source": labels[:half], "target_labels": labels[half:]}
    return (parts, names), (images, labels)


def made(method, batch_norm, rate=0.05):
    keras.utils.set_random_seed(3)
    model = trainer(toy_segmenter(batch_norm), method)
    model.compile(
        optimizer=keras.optimizers.SGD(rate),
        discriminator_optimizer=keras.optimizers.SGD(rate),
    )
    return model


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_their_labels_count_as_the_sources_do(method):
    """With frozen batch norm it does not matter which pass an image is in."""
    apart, together = mixed_batch()
    logs = []
    for batch in (apart, together):
        model = made(method, "frozen")
        logs.append(tf.function(model.train_step)(batch))
    for name in ("source/main", "source/aux"):
        np.testing.assert_allclose(logs[0][name], logs[1][name], rtol=1e-5)


@pytest.mark.parametrize(
    "method", [methods.Dacs(threshold=0.4), methods.MinEnt()], ids=str
)
def test_all_weights_move_alike_where_no_discriminator_looks(method):
    apart, together = mixed_batch()
    found = []
    for batch in (apart, together):
        model = made(method, "frozen")
        tf.function(model.train_step)(batch)
        found.append(model.segmenter.get_weights())
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_discriminators_do_not_take_them_for_the_source():
    """Other labelled target images leave the discriminators as they are."""
    (images, labels), _ = mixed_batch()
    others = images | {"target_labels": 255.0 - images["target_labels"]}
    found = []
    for shown in (images, others):
        model = made(methods.AdvEnt(), "frozen")
        tf.function(model.train_step)((shown, labels))
        found.append([v.numpy() for v in model.discriminator_variables])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("method", "passes"),
    [
        (methods.SourceOnly(), ["target_labels"]),
        (methods.AdaBN(), ["target_labels", "target"]),
    ],
    ids=str,
)
def test_statistics_per_domain_follow_all_target_images_and_no_other(
    method, passes
):
    (images, labels), _ = mixed_batch()
    model = made(method, "per_domain", rate=0.0)
    tf.function(model.train_step)((images, labels))
    plain = toy_segmenter("reference")
    for name in passes:
        plain(images[name], training=True)
    found, expected = (
        m.get_layer("bn").moving_mean.numpy() for m in (model.segmenter, plain)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("method", [methods.AdvEnt(), methods.SelfTraining()])
def test_parts_of_a_batch_add_up_to_all_of_it(method):
    (images, labels), _ = mixed_batch()
    found = []
    for parts in (1, 2):
        twice = tf.nest.map_structure(
            lambda one: tf.concat([one, one], 0), (images, labels)
        )
        model = made(method, "frozen")
        model.accumulate = parts
        tf.function(model.train_step)(twice)
        found.append(model.segmenter.get_weights())
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
