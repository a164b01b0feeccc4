"""Backbones that start from a file with PyTorch's names."""

import importlib.util

import keras
import numpy as np
import official_checkpoints as official
import pytest

from tf_advseg.networks.backbones import EfficientNetLite0
from tf_advseg.networks.backbones import ResNet101
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.torch.errors import WeightsError

BLOCKS = (1, 1, 1, 1)


@pytest.fixture(scope="module")
def resnet():
    return ResNet101(blocks=BLOCKS).build()


def _is_filled(model, arrays):
    kernel = np.asarray(model.get_layer("layer4_0_conv2").kernel)
    wanted = arrays["layer4.0.conv2.weight"].transpose(2, 3, 1, 0)
    return np.array_equal(kernel, wanted)


@pytest.mark.parametrize(
    ("heads", "prefix"),
    [(None, ""), ({"layer5": (2048, 21)}, "Scale.")],
    ids=["imagenet", "deeplab"],
)
def test_a_resnet_takes_the_trunk_and_leaves_the_classifier(
    heads, prefix, resnet, tmp_path
):
    arrays = official.resnet(BLOCKS, heads)
    if heads is None:
        arrays["fc.weight"] = np.zeros((10, 2048), np.float32)
    path = official.write(tmp_path, arrays, prefix)
    resnet.get_layer("layer4_0_conv2").kernel.assign(np.zeros((3, 3, 512, 512)))
    text = ResNet101(blocks=BLOCKS).load_imagenet(resnet, path)
    assert "model.pth" in text
    assert _is_filled(resnet, arrays)


def test_another_network_s_file_is_refused(resnet, tmp_path):
    path = official.write(tmp_path, official.discriminator(3, numbered=True))
    with pytest.raises(WeightsError, match="holds a discriminator; expected"):
        ResNet101(blocks=BLOCKS).load_imagenet(resnet, path)
    path = official.write(tmp_path, official.resnet((1, 2, 1, 1)))
    with pytest.raises(WeightsError, match=r"unknown 'layer2\.1\.conv1"):
        ResNet101(blocks=BLOCKS).load_imagenet(resnet, path)


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match=r"tf-advseg\[imagenet\]"):
        EfficientNetLite0().load_imagenet(keras.Sequential())


def test_a_file_of_another_network_leaves_the_model_unchanged(tmp_path):
    model = EfficientNetLite0().build()
    before = [np.asarray(variable) for variable in model.variables]
    path = official.write(tmp_path, official.discriminator(3, numbered=True))
    with pytest.raises(WeightsError, match=r"lacks '_conv_stem\.weight'"):
        EfficientNetLite0().load_imagenet(model, path)
    for old, variable in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, np.asarray(variable))


def test_every_variable_of_efficientnet_has_a_name():
    model = EfficientNetLite0().build()
    slots = Naming("backbone", "efficientnet_lite0").slots(model)
    assert {slot.variable.path for slot in slots} == {
        variable.path for variable in model.variables
    }
    assert len({slot.name for slot in slots}) == len(slots)
