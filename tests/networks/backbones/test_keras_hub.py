"""Networks of KerasHub as backbones."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from tf_advseg.conversion.to_safetensors import backbone_of
from tf_advseg.networks.backbones import KerasHub
from tf_advseg.networks.backbones.grafting import graph
from tf_advseg.networks.backbones.grafting import hub
from tf_advseg.networks.backbones.grafting import inlining
from tf_advseg.networks.decoders.fpn import FPN
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers.preprocessing import NORMALISATIONS
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.training.step.forward import training_forward

keras_hub = pytest.importorskip("keras_hub")

LEVELS = ("c2", "c3", "c4", "c5")
TINY_MIT = {
    "hidden_dims": [8, 16, 24, 32],
    "layerwise_num_heads": [1, 2, 3, 4],
    "layerwise_depths": [1, 2, 1, 1],
}
TINY_EFFICIENTNET = {
    "stackwise_kernel_sizes": [3, 3, 3, 3, 3],
    "stackwise_num_repeats": [1, 2, 2, 2, 2],
    "stackwise_input_filters": [16, 16, 24, 32, 40],
    "stackwise_output_filters": [16, 24, 32, 40, 48],
    "stackwise_expansion_ratios": [1, 4, 4, 4, 6],
    "stackwise_squeeze_and_excite_ratios": [0.0, 0.0, 0.25, 0.25, 0.25],
    "stackwise_strides": [1, 2, 2, 2, 2],
    "stackwise_block_types": ["fused", "fused", *["unfused"] * 3],
    "stackwise_width_coefficients": [1.0] * 5,
    "stackwise_depth_coefficients": [1.0] * 5,
}
# Blocks within blocks, means that are no layers, and no pyramid of its own.
TINY_MOBILENET = {
    "stackwise_expansion": [[16], [24], [32]],
    "stackwise_num_blocks": [1, 1, 1],
    "stackwise_num_filters": [[8], [16], [24]],
    "stackwise_kernel_size": [[3], [5], [5]],
    "stackwise_num_strides": [[2], [2], [2]],
    "stackwise_se_ratio": [[None], [0.25], [0.25]],
    "stackwise_activation": [["relu"], ["hard_swish"], ["hard_swish"]],
    "stackwise_padding": [[1], [2], [2]],
    "output_num_filters": 32,
    "depthwise_filters": 8,
    "depthwise_stride": 2,
    "depthwise_residual": False,
    "last_layer_filter": 32,
    "squeeze_and_excite": 0.5,
}
# All levels come from one layer; some identities cannot be written down.
TINY_HGNET = {
    "depths": [1, 1, 1, 1],
    "embedding_size": 8,
    "hidden_sizes": [8, 16, 24, 32],
    "stem_channels": [3, 8, 8],
    "hidden_act": "relu",
    "use_learnable_affine_block": False,
    "stackwise_stage_filters": [
        [8, 8, 8, 1, 1, 3],
        [8, 8, 16, 1, 2, 3],
        [16, 8, 24, 1, 2, 5],
        [24, 8, 32, 1, 1, 5],
    ],
    "apply_downsample": [False, True, True, True],
    "use_lightweight_conv_block": [False, False, True, True],
}
NETWORKS = {
    "HGNetV2Backbone": TINY_HGNET,
    "MobileNetBackbone": TINY_MOBILENET,
    "mit_b0": TINY_MIT,
    "EfficientNetBackbone": TINY_EFFICIENTNET,
}


def image(height=256, width=256, seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 255, (1, height, width, 3)).astype(np.float32)


@pytest.fixture(
    scope="module",
    params=[
        "mit_b0",
        pytest.param("EfficientNetBackbone", marks=pytest.mark.slow),
        pytest.param("MobileNetBackbone", marks=pytest.mark.slow),
        pytest.param("HGNetV2Backbone", marks=pytest.mark.slow),
    ],
)
def preset(request, tmp_path_factory):
    """KerasHub's own network, the folder that it wrote of it, and ours."""
    network = KerasHub(model=request.param, options=NETWORKS[request.param])
    trunk = network._trunk(load_weights=False)
    rng = np.random.default_rng(0)
    for variable in trunk.weights:
        if variable.name in ("gamma", "moving_variance"):
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
        elif variable.name in ("beta", "moving_mean", "bias"):
            variable.assign(rng.normal(0, 0.1, variable.shape))
    folder = tmp_path_factory.mktemp("presets") / request.param
    trunk.save_to_preset(str(folder))
    return trunk, folder, KerasHub(preset=str(folder)).build()


@pytest.fixture(scope="module")
def tiny():
    """A MiT of other sizes than the preset's."""
    wider = {"hidden_dims": [8, 16, 24, 36]}
    return KerasHub(options={**TINY_MIT, **wider}).build()


def test_a_folder_of_keras_hub_gives_its_features(preset):
    trunk, folder, model = preset
    backbone = KerasHub(preset=str(folder))
    assert folder.name in backbone.load_imagenet(model)
    # KerasHub calls MiT's coarsest P4, EfficientNet's P5.
    told = getattr(trunk, "pyramid_outputs", {})
    levels = list(told.values())[-4:] or graph.pyramid_of(trunk)
    normalised = model.get_layer("preprocessing")(image())
    wanted = keras.Model(trunk.input, levels)(normalised)
    found = model(image())
    for level, expected in zip(LEVELS, wanted, strict=True):
        largest = np.abs(np.asarray(expected)).max()
        deviation = np.abs(np.asarray(found[level]) - expected).max()
        assert largest > 0.1
        assert deviation < 1e-5 * largest, level


def test_its_files_need_no_keras_hub(preset, tmp_path):
    segmenter = FPN(channels=8).build(preset[2], 3)
    facts = {"classes": ["a", "b", "c"], "backbone": "keras_hub"}
    path = save_segmenter(segmenter, tmp_path / "model.keras", facts)
    assert "keras_hub" not in str(segmenter.get_config())
    again, _ = load_segmenter(path)
    expected = segmenter(image(65, 97))["main"]
    assert expected.shape == (1, 65, 97, 3)
    np.testing.assert_array_equal(again(image(65, 97))["main"], expected)


def test_weights_of_another_network_change_nothing(preset, tiny):
    before = tiny.get_weights()
    with pytest.raises(WeightsError, match=r"expected|lacks"):
        KerasHub(options=TINY_MIT).load_imagenet(tiny, preset[1])
    for now, then in zip(tiny.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.slow
def test_batch_norm_within_blocks_is_told_what_to_do_too():
    backbone = KerasHub(
        model="EfficientNetBackbone",
        options=TINY_EFFICIENTNET,
        batch_norm="per_domain",
    )
    norms = [
        layer
        for layer in backbone.build().layers
        if "BatchNorm" in type(layer).__name__
    ]
    assert len(norms) > 20
    assert all(isinstance(norm, BatchNorm) for norm in norms)
    assert {norm.mode for norm in norms} == {"per_domain"}


def test_mit_trains_in_half_precision_and_in_little_memory(tiny):
    segmenter = FPN(channels=8).build(tiny, 3)
    forward = training_forward(segmenter, "bfloat16", remat=True)
    found = np.asarray(forward(image(32, 64))["main"])
    assert found.shape == (1, 32, 64, 3)
    assert np.isfinite(found).all() and found.std() > 0


def test_depth_is_dropped_more_the_deeper(tiny):
    rates = [
        layer.rate
        for layer in tiny.layers
        if type(layer).__name__ == "DropPath"
    ]
    # Five blocks, of which the first keeps all; two branches each.
    assert rates == pytest.approx(
        [0.025] * 2 + [0.05] * 2 + [0.075] * 2 + [0.1] * 2
    )


def test_no_checkpoint_in_pytorch_is_known_of_it(preset):
    assert backbone_of(preset[2]) is None


@pytest.mark.slow
def test_keras_hub_is_imported_when_a_network_is_asked_for():
    code = (
        "import sys, tf_advseg.experiment.registry as r;"
        "r.make_backbone('keras_hub');"
        "print('keras_hub' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_without_keras_hub_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras_hub", None)
    with pytest.raises(ValueError, match=r"tf-advseg\[keras_hub\]"):
        KerasHub().build()


def test_a_model_by_name_has_no_weights_to_load():
    with pytest.raises(WeightsError, match=r"'mit_b0'.*--weights=none"):
        KerasHub().load_imagenet(None)


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_is_no_preset_is_named(tmp_path, there):
    folder = tmp_path / "nothing"
    if there:
        folder.mkdir()
    with pytest.raises(WeightsError, match="nothing"):
        KerasHub(preset=str(folder)).build()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        (
            "ViTBackbone",
            {
                "patch_size": 16,
                "num_layers": 1,
                "hidden_dim": 8,
                "num_heads": 2,
                "mlp_dim": 8,
            },
            "has no map of stride 4",
        ),
        (
            "ResNetBackbone",
            {
                "input_conv_filters": [64],
                "input_conv_kernel_sizes": [7],
                "stackwise_num_filters": [64, 8, 8, 8],
                "stackwise_num_blocks": [1, 1, 1, 1],
                "stackwise_num_strides": [1, 2, 2, 2],
                "block_type": "bottleneck_block",
                "use_pre_activation": True,
            },
            "The operation Pad of the network",
        ),
    ],
)
def test_a_network_that_cannot_be_made_again_is_refused(model, options, said):
    with pytest.raises(ValueError, match=said):
        KerasHub(model=model, options=options).build()


def test_a_layer_with_weights_of_its_own_is_refused():
    class Scale(keras.layers.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=(input_shape[-1],))

        def call(self, inputs):
            return inputs * self.scale

    image = keras.Input((8, 8, 3))
    outputs = Scale()(image)
    with pytest.raises(ValueError, match="Scale of the network has weights"):
        inlining.inlined(keras.Model(image, outputs), [outputs])


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match=r"'mit_b9'.*mit_b0"):
        KerasHub(model="mit_b9").build()


def test_an_option_that_keras_hub_does_not_know_is_named():
    with pytest.raises(ValueError, match="'colour'"):
        KerasHub(options={"colour": 1}).build()


def test_a_licence_is_what_the_folder_states(tmp_path):
    backbone = KerasHub(preset=str(tmp_path))
    assert backbone.weights_licence.startswith("KerasHub states none")
    head = "---\nlibrary_name: keras-hub\nlicense: cc-by-4.0\n---\n"
    (tmp_path / "README.md").write_text(head)
    assert backbone.weights_licence.startswith("cc-by-4.0, says")
    assert KerasHub().weights_licence == ""


def test_what_a_preset_does_to_images_is_read_or_its_fault_is_said(tmp_path):
    """Never guessed, where a file says it."""
    small = {"layerwise_depths": [1] * 4, "hidden_dims": [8] * 4}
    small["layerwise_num_heads"] = [1] * 4
    trunk = KerasHub(model="mit_b0", options=small)._trunk(load_weights=False)
    folder = str(tmp_path)
    trunk.save_to_preset(folder)
    assert hub.normalisation_of(folder) == NORMALISATIONS["torch"]
    converter = keras_hub.layers.SegFormerImageConverter(
        image_size=(64, 64), scale=1 / 127.5, offset=-1.0
    )
    converter.save_to_preset(folder)
    found = hub.normalisation_of(folder)
    assert found.mean == pytest.approx((127.5,) * 3)
    assert found.std == pytest.approx((127.5,) * 3)
    (tmp_path / "image_converter.json").write_text("{")
    with pytest.raises(WeightsError, match=r"cannot be read: .*preprocessing="):
        hub.normalisation_of(folder)
