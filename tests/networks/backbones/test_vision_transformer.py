"""DINOv2 and DINOv3, whose features are KerasHub's."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.backbones import KerasHub
from tf_advseg.networks.decoders.fpn import FPN
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.training.step.forward import training_forward

pytest.importorskip("keras_hub")

SMALL = {
    "patch_size": 16,
    "hidden_dim": 24,
    "num_heads": 3,
    "intermediate_dim": 48,
}
V2 = {**SMALL, "num_layers": 5, "position_embedding_shape": (64, 64, 3)}
V3 = {**SMALL, "num_layers": 2, "use_key_bias": False}
NETWORKS = {
    "patches of 14, registers": (
        "DINOV2Backbone",
        {
            **V2,
            "patch_size": 14,
            "position_embedding_shape": (70, 70, 3),
            "num_register_tokens": 2,
        },
    ),
    "SwiGLU, no registers": ("DINOV2Backbone", {**V2, "use_swiglu_ffn": True}),
    "turned": ("DINOV3Backbone", V3),
    "turned, with a gate": (
        "DINOV3Backbone",
        {
            **V3,
            "use_gated_mlp": True,
            "hidden_activation": "silu",
            "layer_norm_eps": 1e-3,
        },
    ),
}


def images(height, width):
    rng = np.random.default_rng(1)
    return rng.uniform(0, 255, (1, height, width, 3)).astype(np.float32)


@pytest.fixture(scope="module", params=list(NETWORKS))
def preset(request, tmp_path_factory):
    """KerasHub's own network, its options, and the folder that it wrote."""
    kind, options = NETWORKS[request.param]
    # Its input says how many patches; ours takes any.
    side = 3 * options["patch_size"]
    told = {**options, "image_shape": (side, side, 3)}
    trunk = KerasHub(model=kind, options=told)._trunk(load_weights=False)
    rng = np.random.default_rng(0)
    for variable in trunk.weights:
        is_scale = variable.name in ("gamma", "lambda1")
        variable.assign(rng.normal(is_scale, 0.3, variable.shape))
    folder = tmp_path_factory.mktemp("presets") / kind
    trunk.save_to_preset(str(folder))
    options = {"image_shape": told["image_shape"]}
    again = KerasHub(preset=str(folder), options=options)
    return again._trunk(load_weights=True), folder, side


@pytest.fixture(scope="module")
def model(preset):
    backbone = KerasHub(preset=str(preset[1]))
    model = backbone.build()
    assert preset[1].name in backbone.load_imagenet(model)
    return model


def test_features_are_those_of_keras_hub(preset, model):
    trunk, _, side = preset
    depth = len(trunk.encoder.layers)
    wanted = [max(1, round(depth * (i + 1) / 4)) for i in range(4)]
    blocks = [
        trunk.layernorm(trunk.pyramid_outputs[f"stage{i}"]) for i in wanted
    ]
    normalised = model.get_layer("preprocessing")(images(side, side))
    name = trunk.inputs[0].name
    expected = keras.Model(trunk.input, blocks)({name: normalised})
    maps = [model.get_layer(f"level{i + 1}_map").output for i in range(4)]
    found = keras.Model(model.input, maps)(images(side, side))
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == (1, 3, 3, 24)
        theirs = np.asarray(theirs)[:, -9:].reshape(ours.shape)
        largest = np.abs(theirs).max()
        assert largest > 1
        assert np.abs(ours - theirs).max() < 1e-5 * largest


def test_it_takes_images_of_any_size(model):
    found = model(images(65, 97))
    size = found["c4"].shape[1:3]
    # Whole patches: 97 / 14 is 6.9, 97 / 16 is 6.1.
    assert size == (5, 7)
    assert found["c2"].shape[1:3] == (4 * size[0], 4 * size[1])
    assert found["c3"].shape[1:3] == (2 * size[0], 2 * size[1])
    assert found["c5"].shape[1:3] == (3, 4)


both_kinds = pytest.mark.parametrize(
    "preset", ["patches of 14, registers", "turned"], indirect=True
)


@both_kinds
def test_its_files_need_no_keras_hub(model, tmp_path):
    segmenter = FPN(channels=8).build(model, 3)
    facts = {"classes": ["a", "b", "c"], "backbone": "keras_hub"}
    path = save_segmenter(segmenter, tmp_path / "model.keras", facts)
    assert "keras_hub" not in str(segmenter.get_config())
    expected = segmenter(images(65, 97))["main"]
    assert expected.shape == (1, 65, 97, 3)
    again, _ = load_segmenter(path)
    np.testing.assert_array_equal(again(images(65, 97))["main"], expected)


def test_it_can_be_traced_for_images_of_any_size(model):
    traced = tf.function(
        lambda x: model(x)["c2"],
        input_signature=[tf.TensorSpec((None, None, None, 3))],
        autograph=False,
    )
    for height, width in ((32, 64), (65, 33)):
        x = images(height, width)
        np.testing.assert_allclose(traced(x), model(x)["c2"], atol=1e-4)


@both_kinds
def test_it_trains_in_half_precision_and_in_little_memory(model):
    forward = training_forward(model, "bfloat16", remat=True)
    found = np.asarray(forward(images(32, 64))["c4"], np.float32)
    whole = np.asarray(model(images(32, 64))["c4"])
    assert found.shape == whole.shape
    assert np.abs(found - whole).max() < 0.05 * np.abs(whole).max()
