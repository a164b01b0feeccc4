"""What every registered method promises, and what each adds."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_networks import NUM_CLASSES
from toy_networks import toy_batch
from toy_networks import toy_segmenter
from toy_statistics import toy_statistics
from toy_training import trainer

from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.experiment import registry
from tf_advseg.methods import AdvEntCP
from tf_advseg.methods import FCNsInTheWild
from tf_advseg.methods import MinEnt

NAMES = sorted(registry.method_classes())


def make(name, **options):
    """A method that knows the class statistics of a toy source."""
    method = registry.method_classes()[name](**options)
    return method.with_source_statistics(toy_statistics())


def compiled(method, **options):
    model = trainer(toy_segmenter(**options), method)
    model.compile(
        optimizer=keras.optimizers.SGD(0.01),
        discriminator_optimizer=keras.optimizers.Adam(1e-3),
    )
    return model


def values_of(variables):
    return [
        keras.ops.convert_to_numpy(variable).copy() for variable in variables
    ]


@pytest.mark.parametrize("name", NAMES)
def test_method_is_a_frozen_value_that_round_trips(name):
    method = make(name)
    with pytest.raises(dataclasses.FrozenInstanceError):
        method.source_weights = {}
    config = keras.saving.serialize_keras_object(method)
    again = keras.saving.deserialize_keras_object(config)
    assert type(again) is type(method)
    assert again.get_config() == method.get_config()


@pytest.mark.parametrize("name", NAMES)
def test_class_weights_count_in_the_supervised_loss(name):
    """A class of weight 0 might as well not be labelled."""
    weighted = make(name, class_weights=(2.0, 0.0, 2.0))
    (images, labels), logs = toy_batch(), []
    for method in (weighted, make(name)):
        logs.append(compiled(method).train_step((images, labels)))
        labels = tf.where(labels == 1, 255, labels)
    for key in (k for k in logs[0] if k.startswith("source/")):
        assert float(logs[0][key]) == pytest.approx(float(logs[1][key]))


@pytest.mark.parametrize("name", NAMES)
def test_step_moves_the_segmenter_and_every_discriminator(name):
    model = compiled(make(name))
    groups = [model.segmenter, *model.discriminators.values()]
    before = [values_of(group.trainable_variables) for group in groups]
    logs = model.train_step(toy_batch())
    assert all(np.isfinite(float(value)) for value in logs.values())
    for group, old in zip(groups, before, strict=True):
        moved = [
            np.abs(new - was).max()
            for new, was in zip(
                values_of(group.trainable_variables), old, strict=True
            )
        ]
        assert max(moved) > 0, group.name


@pytest.mark.parametrize("name", NAMES)
def test_target_images_matter_exactly_if_the_method_uses_them(name):
    results = []
    for seed in (1, 2):
        images, labels = toy_batch()
        images["target"] = toy_batch(seed=seed)[0]["target"]
        model = compiled(make(name), batch_norm="reference")
        model.train_step((images, labels))
        results.append(values_of(model.segmenter.variables))
    same = all(
        np.array_equal(a, b)
        for a, b in zip(results[0], results[1], strict=True)
    )
    assert same is not make(name).uses_target


@pytest.mark.parametrize("name", NAMES)
def test_only_a_method_without_target_runs_without_target(name):
    images, labels = toy_batch()
    del images["target"]
    model = compiled(make(name))
    if model.method.uses_target:
        with pytest.raises(KeyError):
            model.train_step((images, labels))
    else:
        assert "loss" in model.train_step((images, labels))


@pytest.mark.parametrize("name", NAMES)
def test_zero_target_weights_leave_the_supervised_gradient(name):
    method = make(name)
    silent = dict.fromkeys(method.target_weights, 0)
    model = compiled(dataclasses.replace(method, target_weights=silent))
    plain = compiled(
        make("source_only", source_weights=dict(method.source_weights))
    )
    model.train_step(toy_batch())
    plain.train_step(toy_batch())
    assert not model.discriminators
    for ours, theirs in zip(
        model.segmenter.variables, plain.segmenter.variables, strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", NAMES)
def test_weights_must_be_numbers_that_are_not_negative(name):
    with pytest.raises(ValueError, match=r"source_weights\['main'\]"):
        make(name, source_weights={"main": -1.0})
    with pytest.raises(ValueError, match="must be a number"):
        make(name, source_weights={"main": "much"})
    with pytest.raises(ValueError, match="needs a weight for 'main'"):
        make(name, source_weights={"aux": 1.0})


@pytest.mark.parametrize(
    "name", ["adaptsegnet", "adaptsegnet_single", "advent", "advent_cp"]
)
def test_gan_loss_chooses_the_published_weights(name):
    vanilla = make(name).target_weights["main"]
    squares = make(name, gan="least_squares").target_weights["main"]
    assert (vanilla, squares) == (1e-3, 1e-2)
    with pytest.raises(ValueError, match="Did you mean 'vanilla'"):
        make(name, gan="vanila")


def test_exactly_one_method_may_see_target_labels():
    allowed = [n for n in NAMES if make(n).trains_on_target_labels]
    assert allowed == ["target_oracle"]


def test_methods_that_need_statistics_say_so_when_they_have_none():
    logits = tf.zeros((1, 8, 8, NUM_CLASSES))
    for method in (AdvEntCP(), FCNsInTheWild()):
        assert method.needs_source_statistics
        with pytest.raises(ValueError, match="with_source_statistics"):
            method.target_loss(logits)


def test_domain_confusion_is_least_where_the_classifier_is_undecided():
    method = FCNsInTheWild()

    def confusion(logit):
        judged = {
            SOURCE: tf.fill((1, 2, 2, 1), -logit),
            TARGET: tf.fill((1, 2, 2, 1), logit),
        }
        return float(method.adversarial_loss(judged))

    assert confusion(0.0) == pytest.approx(2 * np.log(2), rel=1e-6)
    assert confusion(0.0) < confusion(0.5) < confusion(2.0)
    assert confusion(0.0) < confusion(-0.5)


def test_minent_on_hard_pixels_ignores_the_easy_ones():
    easy = tf.constant([[[[9.0, 0, 0], [0.1, 0, 0]]]])
    easier = tf.constant([[[[20.0, 0, 0], [0.1, 0, 0]]]])
    hard = MinEnt(hardest=0.5)
    assert float(hard.target_loss(easy)) == float(hard.target_loss(easier))
    assert float(MinEnt().target_loss(easy)) > float(
        MinEnt().target_loss(easier)
    )
