"""Checkpoints of the official programs as Keras files, and back."""

import json

import keras
import numpy as np
import official_checkpoints as official
import pytest

from tf_advseg.conversion import from_torch
from tf_advseg.conversion import to_safetensors
from tf_advseg.conversion.network import Options
from tf_advseg.networks.backbones import EfficientNetLite0
from tf_advseg.networks.decoders import LRASPP
from tf_advseg.networks.decoders.deeplab_v2 import deeplab_v2
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.networks.weights.array_file import read_arrays
from tf_advseg.networks.weights.torch.errors import WeightsError

BLOCKS = (1, 1, 1, 1)
MULTI = {"layer5": (1024, 13), "layer6": (2048, 13)}
ADVENT_SINGLE = {"layer6": (2048, 16)}
ADAPTSEGNET_SINGLE = {"layer5": (2048, 19)}


@pytest.fixture(scope="module")
def multi():
    return official.resnet(BLOCKS, MULTI, counted=True)


@pytest.fixture(scope="module")
def converted(multi, tmp_path_factory):
    """The multi-level checkpoint, converted once: path and report."""
    folder = tmp_path_factory.mktemp("converted")
    source = official.write(folder, multi, prefix="module.")
    out = folder / "model.keras"
    return out, from_torch.convert(source, out, Options())


def test_every_layer_agrees_with_numpy(converted):
    _, report = converted
    # 17 convolutions and 17 batch norms, 8 branches and 2 sums.
    assert len(report.layers) == 17 + 17 + 8 + 2
    assert max(row.relative for row in report.layers) < 1e-4
    assert max(row.difference for row in report.tensors) == 0
    assert all(name.endswith("tracked") for name in report.unused)
    assert not report.unfilled


def test_the_file_is_a_segmenter_that_knows_what_it_is(converted):
    out, report = converted
    segmenter, metadata = load_segmenter(out)
    logits = segmenter(np.zeros((1, 33, 41, 3), np.float32))
    assert logits["main"].shape == (1, 33, 41, 13)
    assert logits["aux"].shape == (1, 33, 41, 13)
    assert metadata["class_set"] == "cityscapes13"
    assert metadata["classes"][:4] == [
        "road",
        "sidewalk",
        "building",
        "traffic light",
    ]
    assert metadata["backbone"] == "resnet101(blocks=(1, 1, 1, 1))"
    kept = metadata["conversion"]
    assert kept["sha256"] == report.sha256
    assert len(kept["tensors"]) == len(report.tensors)
    assert kept["aspp_branches"] == 4


def test_the_report_has_a_line_for_every_layer(converted):
    _, report = converted
    lines = report.text().splitlines()
    for name in ("layer3.0.conv2", "layer1.0.downsample.1", "layer6"):
        assert any(line.split()[:1] == [name] for line in lines), name


def test_export_gives_the_checkpoint_s_tensors_back(converted, multi, tmp_path):
    out = tmp_path / "model.safetensors"
    count = to_safetensors.export(converted[0], out)
    found = read_arrays(out)
    wanted = {n: a for n, a in multi.items() if not n.endswith("tracked")}
    assert count == len(wanted)
    assert set(found) == set(wanted)
    for name, array in wanted.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heads", "branches", "shape"),
    [(ADVENT_SINGLE, 4, 16), (ADAPTSEGNET_SINGLE, 2, 19)],
    ids=["advent", "adaptsegnet"],
)
def test_a_single_level_segmenter_has_one_output(
    heads, branches, shape, tmp_path
):
    arrays = official.resnet(BLOCKS, heads)
    source = official.write(tmp_path, arrays, prefix="Scale.")
    out = tmp_path / "model.keras"
    report = from_torch.convert(source, out, Options())
    assert report.aspp_branches == branches
    segmenter, _ = load_segmenter(out)
    assert set(segmenter.output) == {"main", "features"}
    assert segmenter.output["main"].shape[-1] == shape
    back = tmp_path / "back.safetensors"
    to_safetensors.export(out, back)
    found = read_arrays(back)
    assert set(found) == set(arrays)
    (head,) = heads
    last = found[f"{head}.conv2d_list.3.weight"]
    wanted = arrays[f"{head}.conv2d_list.3.weight"] if branches == 4 else 0
    np.testing.assert_array_equal(last, wanted + np.zeros_like(last))


@pytest.mark.parametrize("numbered", [True, False])
def test_a_discriminator_is_converted_and_exported(numbered, tmp_path):
    arrays = official.discriminator(19, numbered)
    source = official.write(tmp_path, arrays, prefix="module.")
    out = tmp_path / "discriminator.keras"
    report = from_torch.convert(source, out, Options())
    assert report.naming.kind == "discriminator"
    assert max(row.relative for row in report.layers) < 1e-5
    model = keras.saving.load_model(out)
    assert model(np.zeros((1, 64, 96, 19))).shape == (1, 2, 3, 1)
    assert read_metadata(out)["conversion"]["source"] == "model.pth"
    back = tmp_path / "back.safetensors"
    to_safetensors.export(out, back)
    for name, array in read_arrays(back).items():
        np.testing.assert_array_equal(array, arrays[name])


def test_a_trained_segmenter_is_exported_too(tmp_path):
    backbone = EfficientNetLite0().build()
    segmenter = deeplab_v2(backbone, 3, aspp_branches=2)
    path = tmp_path / "trained.keras"
    save_segmenter(segmenter, path, {"classes": ["a", "b", "c"]})
    out = tmp_path / "trained.safetensors"
    to_safetensors.export(path, out)
    found = read_arrays(out)
    assert found["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert found["layer5.conv2d_list.1.weight"].shape == (3, 112, 3, 3)
    assert not found["layer6.conv2d_list.2.weight"].any()
    kernel = np.asarray(segmenter.get_layer("main_aspp_1").kernel)
    np.testing.assert_array_equal(
        found["layer6.conv2d_list.1.weight"], kernel.transpose(3, 2, 0, 1)
    )


def test_a_segmenter_of_another_decoder_is_not(tmp_path):
    segmenter = LRASPP().build(EfficientNetLite0().build(), 3)
    path = tmp_path / "trained.keras"
    save_segmenter(segmenter, path, {"classes": ["a", "b", "c"]})
    with pytest.raises(WeightsError, match="only a segmenter of deeplab_v2"):
        to_safetensors.export(path, tmp_path / "trained.safetensors")
    assert not (tmp_path / "trained.safetensors").exists()


def test_the_metadata_is_plain_json(converted):
    _, report = converted
    text = json.dumps(report.to_json(), allow_nan=False)
    assert "meaning" in json.loads(text)


@pytest.mark.slow
def test_an_imagenet_resnet_becomes_a_backbone(tmp_path):
    arrays = official.resnet(BLOCKS)
    arrays |= {
        "fc.weight": np.zeros((10, 2048), np.float32),
        "fc.bias": np.zeros(10, np.float32),
    }
    source = official.write(tmp_path, arrays)
    out = tmp_path / "backbone.keras"
    report = from_torch.convert(source, out, Options(preprocessing="torch"))
    assert report.naming.kind == "backbone"
    assert report.unused == ["fc.bias", "fc.weight"]
    assert max(row.relative for row in report.layers) < 1e-4
    outputs = {"main", "aux", "c2", "c3", "c4", "c5"}
    assert set(keras.saving.load_model(out).output) == outputs


@pytest.mark.slow
def test_vgg_16_of_adaptsegnet_and_of_torchvision(tmp_path):
    arrays = official.vgg({"classifier": (1024, 19)})
    source = official.write(tmp_path, arrays)
    out = tmp_path / "model.keras"
    report = from_torch.convert(source, out, Options(aspp_branches="2"))
    assert max(row.relative for row in report.layers) < 1e-4
    assert set(load_segmenter(out)[0].output) == {"main", "features"}
    arrays = official.vgg(torchvision=True)
    arrays["classifier.6.weight"] = np.zeros((10, 4096), np.float32)
    source = official.write(tmp_path, arrays)
    report = from_torch.convert(source, out, Options())
    assert max(row.relative for row in report.layers) < 1e-4
    assert len(report.layers) == 13
    assert {path.split("/")[0] for path in report.unfilled} == {
        "features_29",
        "features_31",
    }
