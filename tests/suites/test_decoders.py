"""What every registered decoder promises, on a small and a real backbone."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_backbone import Tiny
from toy_statistics import toy_statistics
from toy_training import trainer

from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import PYRAMID
from tf_advseg.experiment import registry
from tf_advseg.networks.backbones import EfficientNetLite0
from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.networks.segmenter import low_resolution_logits
from tf_advseg.networks.segmenter import stages
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.step.forward import training_forward

NAMES = sorted(registry.decoder_classes())
NUM_CLASSES = 3
SIZES = [(65, 97), (64, 96), (33, 70)]


@pytest.fixture(params=NAMES)
def decoder(request):
    return registry.make_decoder(request.param)


def build(decoder, backbone=None):
    keras.utils.set_random_seed(0)
    backbone = (backbone or Tiny()).suited_to(decoder.output_stride)
    return decoder.build(backbone.build(), NUM_CLASSES)


def images(height=64, width=96, batch=1, seed=0):
    rng = np.random.default_rng(seed)
    shape = (batch, height, width, 3)
    return tf.constant(rng.uniform(0, 255, shape), tf.float32)


def batch():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, NUM_CLASSES, (2, 64, 96))
    seen = {"source": images(batch=2), "target": images(batch=2, seed=2)}
    return seen, tf.constant(labels, tf.int32)


def arrays(variables):
    return [keras.ops.convert_to_numpy(v).copy() for v in variables]


def test_it_is_a_frozen_value_made_by_its_name(decoder):
    with pytest.raises(dataclasses.FrozenInstanceError):
        decoder.output_stride = 4
    assert registry.make_decoder(registry.describe(decoder)) == decoder
    assert decoder.output_stride in (8, 16, 32)


@pytest.mark.parametrize("size", SIZES)
def test_outputs_are_logits_at_image_size_and_the_features(decoder, size):
    segmenter = build(decoder)
    outputs = segmenter(images(*size))
    assert {MAIN, "features"} <= set(outputs) <= {MAIN, "aux", "features"}
    for level in set(outputs) - {"features"}:
        assert outputs[level].shape == (1, *size, NUM_CLASSES)
        assert outputs[level].dtype == tf.float32
        assert segmenter.get_layer(f"{level}_logits")
    assert set(segmenter.output) == set(outputs)


@pytest.mark.parametrize("size", SIZES)
def test_low_resolution_logits_are_what_gets_resized(decoder, size):
    segmenter = build(decoder)
    logits = low_resolution_logits(segmenter)(images(*size))
    assert logits.shape[1] < size[0]
    np.testing.assert_array_equal(
        resize_corners_aligned(logits, size), segmenter(images(*size))[MAIN]
    )
    found = stages(segmenter)(images(*size))
    assert set(found) == {"logits", "features", "preprocessing"}


def test_its_layers_are_told_from_the_backbone_s_by_name(decoder):
    backbone = Tiny().build()
    of_backbone = {layer.name for layer in backbone.layers}
    segmenter = decoder.build(backbone, NUM_CLASSES)
    own = {layer.name for layer in segmenter.layers} - of_backbone
    allowed = ("decoder_", "main_aspp_", "aux_aspp_", "main", "aux")
    assert all(name.startswith(allowed) for name in own)
    for name in own - {"main", "aux"}:
        assert any(p in name for p in ("decoder_", "_aspp_", "_logits")), name


def test_every_weight_gets_a_gradient(decoder):
    segmenter = build(decoder)
    with tf.GradientTape() as tape:
        outputs = segmenter(images(batch=2), training=True)
        levels = [outputs[name] for name in outputs if name != "features"]
        loss = tf.add_n([tf.reduce_sum(maps**2) for maps in levels])
    variables = segmenter.trainable_variables
    for variable, gradient in zip(
        variables, tape.gradient(loss, variables), strict=True
    ):
        assert np.abs(gradient).max() > 0, variable.path


def test_a_saved_segmenter_predicts_the_same(decoder, tmp_path):
    segmenter = build(decoder)
    segmenter.save(tmp_path / "segmenter.keras")
    restored = keras.models.load_model(tmp_path / "segmenter.keras")
    for name, output in segmenter(images()).items():
        np.testing.assert_array_equal(restored(images())[name], output)


def test_two_of_one_seed_are_the_same(decoder):
    for one, two in zip(
        build(decoder).get_weights(), build(decoder).get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("remat", [False, True])
def test_a_twin_in_half_precision_has_nearly_its_gradients(decoder, remat):
    """Also where dropout draws: a twin draws what the segmenter would."""
    losses, gradients, states = [], [], []
    for options in [{}, {"precision": "bfloat16", "remat": remat}]:
        segmenter = build(decoder)
        forward = tf.function(training_forward(segmenter, **options))
        for _ in range(2):
            with tf.GradientTape() as tape:
                outputs = forward(images(batch=2))
                loss = tf.reduce_mean(tf.cast(outputs[MAIN], tf.float32) ** 2)
            variables = segmenter.trainable_variables
            found = tape.gradient(loss, variables)
        assert outputs[MAIN].dtype == tf.float32
        losses.append(float(loss))
        gradients.append([g for g in found if g is not None])
        rest = segmenter.non_trainable_variables
        states.append([v for v in rest if "seed" in v.path])
    assert losses[1] == pytest.approx(losses[0], rel=0.05)
    assert len(gradients[0]) == len(gradients[1])
    for ours, theirs in zip(*states, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("remat", [False, True])
def test_remat_changes_no_number(decoder, remat):
    """The segmenter itself, or in parts whose insides are made again."""
    steps = []
    for used in (False, remat):
        segmenter = build(decoder)
        model = AdversarialSegmenter(
            segmenter, registry.make_method("minent"), remat=used
        )
        model.compile(keras.optimizers.SGD(0.1))
        step = tf.function(model.train_step)
        for _ in range(2):
            step(batch())
        steps.append(arrays(segmenter.variables))
    for plain, again in zip(*steps, strict=True):
        np.testing.assert_allclose(again, plain, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("judge_at", ["image", "logits"])
@pytest.mark.parametrize("method", sorted(registry.method_classes()))
def test_every_method_and_its_discriminators_work_with_it(
    decoder, method, judge_at
):
    method = registry.make_method(method)
    method = method.with_source_statistics(toy_statistics())
    model = trainer(
        build(decoder), method, discriminator_width=4, judge_at=judge_at
    )
    model.compile(
        optimizer=keras.optimizers.SGD(0.01),
        discriminator_optimizer=keras.optimizers.Adam(1e-3),
    )
    players = [model.segmenter, *model.discriminators.values()]
    before = [arrays(player.trainable_variables) for player in players]
    logs = model.train_step(batch())
    assert all(np.isfinite(float(value)) for value in logs.values())
    for player, old in zip(players, before, strict=True):
        now = arrays(player.trainable_variables)
        moved = [np.abs(a - b).max() for a, b in zip(now, old, strict=True)]
        assert max(moved) > 0, player.name


def test_two_levels_of_the_pyramid_are_judged_where_there_are_two():
    model = AdversarialSegmenter(
        build(registry.make_decoder("fpn(aux=True)")),
        registry.make_method("advent"),
        discriminator_width=4,
        judge_at="logits",
    )
    assert set(model.discriminators) == {"main", "aux"}
    model.compile("sgd", discriminator_optimizer="sgd")
    logs = model.train_step(batch())
    assert {"adversarial/main", "adversarial/aux"} <= set(logs)


def test_a_backbone_that_lacks_what_it_reads_is_named(decoder):
    pixels = keras.Input((None, None, 3))
    poor = keras.Model(pixels, {"strange": keras.layers.ReLU()(pixels)})
    with pytest.raises(ValueError, match=r"reads .* gives strange"):
        decoder.build(poor, NUM_CLASSES)


def test_one_class_is_none(decoder):
    with pytest.raises(ValueError, match="Expected 2 <= num_classes"):
        decoder.build(Tiny().build(), 1)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_it_stands_on_a_real_backbone(decoder, size):
    segmenter = build(decoder, EfficientNetLite0())
    outputs = segmenter(images(*size))
    assert outputs[MAIN].shape == (1, *size, NUM_CLASSES)
    assert np.isfinite(outputs[MAIN]).all()
    backbone = EfficientNetLite0().suited_to(decoder.output_stride).build()
    fine, *_, coarse = (backbone(images(*size))[name] for name in PYRAMID)
    logits = low_resolution_logits(segmenter)(images(*size))
    assert coarse.shape[1] <= logits.shape[1] <= fine.shape[1]
