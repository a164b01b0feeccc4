"""Half precision and recomputed activations: the same training, cheaper."""

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
from tf_advseg.training.step.segments import segments

METHOD = methods.AdvEnt(target_weights={"main": 0.5, "aux": 0.25})


def compiled(batch_norm="reference", rate=0.05, **options):
    model = AdversarialSegmenter(
        toy_segmenter(batch_norm), METHOD, discriminator_width=4, **options
    )
    for index, network in enumerate(model.discriminators.values()):
        rng = np.random.default_rng(index)
        network.set_weights(
            [rng.normal(0, 0.05, w.shape) for w in network.get_weights()]
        )
    model.compile(
        optimizer=keras.optimizers.SGD(rate, momentum=0.9),
        discriminator_optimizer=keras.optimizers.SGD(rate),
    )
    if options.get("precision") == "float16":
        # Small enough for the very first step.
        for optimizer in (model.optimizer, model.discriminator_optimizer):
            optimizer.dynamic_scale.assign(128.0)
    return model


def trained(steps=3, **options):
    model = compiled(**options)
    step = tf.function(model.train_step)
    for seed in range(steps):
        logs = step(toy_batch(seed=seed))
    return model, {name: float(value) for name, value in logs.items()}


@pytest.mark.parametrize(
    "batch_norm",
    ["reference", "trainable", "per_domain", "affine", "frozen"],
)
def test_recomputed_activations_change_nothing(batch_norm):
    plain, expected = trained(batch_norm=batch_norm)
    frugal, found = trained(batch_norm=batch_norm, remat=True)
    assert found == pytest.approx(expected, rel=1e-6)
    for a, b in zip(plain.variables, frugal.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-6)


def test_statistics_move_once_a_pass_though_computed_twice():
    plain, _ = trained(steps=1)
    frugal, _ = trained(steps=1, remat=True)
    for name in ("moving_mean", "moving_variance"):
        ours = getattr(frugal.segmenter.get_layer("bn"), name)
        theirs = getattr(plain.segmenter.get_layer("bn"), name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
        assert not np.allclose(ours, np.zeros(4) if "mean" in name else 1)


def test_segments_compute_what_the_model_does():
    model = toy_segmenter()
    images = toy_batch()[0]["source"]
    tensors = {0: images}
    parts = segments(model, count=3)
    assert len(parts) == 3
    for part in parts:
        found = part.network([tensors[key] for key in part.inputs])
        found = keras.tree.flatten(found)
        tensors |= dict(zip(part.outputs, found, strict=True))
    for name, expected in model(images).items():
        key = parts[-1].names[name]
        np.testing.assert_array_equal(tensors[key], expected)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize("remat", [False, True])
def test_half_precision_is_near_and_its_product_is_float32(precision, remat):
    _, expected = trained()
    model, found = trained(precision=precision, remat=remat)
    assert found == pytest.approx(expected, rel=0.05)
    assert found != expected
    for weight in model.variables:
        assert weight.dtype == "float32"
    for layer in model.segmenter.layers:
        assert layer.compute_dtype == "float32"
    assert model.segmenter.get_layer("conv").kernel.dtype == "float32"


def test_losses_are_float32_in_half_precision():
    logs = compiled(precision="bfloat16").train_step(toy_batch())
    assert {value.dtype for value in logs.values()} == {tf.float32}


def test_float16_scales_losses_and_leaves_out_steps_that_overflow():
    model = compiled(precision="float16")
    for optimizer in (model.optimizer, model.discriminator_optimizer):
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    model.optimizer.dynamic_scale.assign(3e38)
    before = [v.numpy() for v in model.segmenter.trainable_variables]
    model.train_step(toy_batch())
    for a, b in zip(before, model.segmenter.trainable_variables, strict=True):
        np.testing.assert_array_equal(a, b)
    assert model.optimizer.iterations == 0
    assert float(model.optimizer.dynamic_scale) == pytest.approx(1.5e38)


def test_the_loss_scale_is_in_the_checkpoint(tmp_path):
    model = compiled(precision="float16")
    model.optimizer.dynamic_scale.assign(512.0)
    save_state(model, tmp_path, 1)
    again = compiled(precision="float16")
    assert restore_newest(again, tmp_path) == 1
    assert again.optimizer.dynamic_scale == 512.0


def test_whole_model_keeps_its_precision(tmp_path):
    model, _ = trained(steps=1, precision="float16", remat=True)
    model.save(tmp_path / "whole.keras")
    again = keras.models.load_model(tmp_path / "whole.keras")
    assert (again.precision, again.remat) == ("float16", True)
    for twin in (model, again):
        twin.train_step(toy_batch(seed=5))
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_unknown_precision_is_named():
    with pytest.raises(ValueError, match="Did you mean 'bfloat16'"):
        compiled(precision="bfloat")
