"""What a checkpoint is, told by its names."""

import numpy as np
import pytest

from tf_advseg.networks.weights import aspp_branches
from tf_advseg.networks.weights.pytorch_names import Naming
from tf_advseg.networks.weights.recognise import recognise
from tf_advseg.networks.weights.recognise import strip_prefixes
from tf_advseg.networks.weights.torch.errors import WeightsError

TRUNK = [
    "conv1.weight",
    "layer1.0.conv1.weight",
    *(f"layer{stage}.0.conv3.weight" for stage in (1, 2, 3, 4)),
    "layer3.1.conv3.weight",
]


def _arrays(names, shape=(4, 3, 4, 4)):
    return {name: np.zeros(shape, np.float32) for name in names}


def _head(name, num_classes):
    return {
        f"{name}.conv2d_list.0.weight": np.zeros((num_classes, 5, 3, 3)),
        f"{name}.conv2d_list.0.bias": np.zeros(num_classes),
    }


@pytest.mark.parametrize("prefix", ["", "module.", "Scale.", "module.Scale."])
def test_prefixes_of_all_names_go_away(prefix):
    found = strip_prefixes(_arrays([f"{prefix}a", f"{prefix}b.module.c"]))
    assert list(found) == ["a", "b.module.c"]


def test_a_prefix_of_some_names_stays():
    assert list(strip_prefixes(_arrays(["module.a", "b"]))) == ["module.a", "b"]


@pytest.mark.parametrize(
    ("levels", "heads"),
    [
        (("layer5", "layer6"), {"main": "layer6", "aux": "layer5"}),
        (("layer6",), {"main": "layer6"}),
        (("layer5",), {"main": "layer5"}),
    ],
)
def test_a_segmenter_is_known_by_its_classifiers(levels, heads):
    arrays = _arrays(TRUNK)
    for level in levels:
        arrays |= _head(level, 16)
    naming = recognise(arrays, "it")
    assert naming.kind == "segmenter"
    assert naming.heads == heads
    assert naming.num_classes == 16
    assert naming.blocks == (1, 1, 2, 1)


def test_a_network_without_a_classifier_of_its_own_is_a_backbone():
    naming = recognise(_arrays([*TRUNK, "fc.weight"]), "it")
    assert (naming.kind, naming.network) == ("backbone", "resnet")
    naming = recognise(_arrays(["features.0.weight"]), "it")
    assert naming.is_torchvision
    naming = recognise(_arrays(["_conv_stem.weight"]), "it")
    assert naming.network == "efficientnet_lite0"


@pytest.mark.parametrize(
    ("names", "is_numbered"),
    [
        (["0.weight", "8.weight"], True),
        (["conv1.weight", "conv4.weight", "classifier.weight"], False),
    ],
)
def test_discriminators_have_two_ways_of_naming(names, is_numbered):
    naming = recognise(_arrays(names), "it")
    assert naming.kind == "discriminator"
    assert naming.num_classes == 3
    assert naming.is_numbered == is_numbered


def test_a_missing_block_is_named():
    arrays = _arrays([*TRUNK, "layer3.3.conv3.weight"])
    with pytest.raises(WeightsError, match=r"lacks 'layer3\.2\.conv3\.weight'"):
        recognise(arrays, "it")


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ("conv1", "conv1"),
        ("bn1", "bn1"),
        ("layer3_22_conv2", "layer3.22.conv2"),
        ("layer1_0_downsample_conv", "layer1.0.downsample.0"),
        ("layer1_0_downsample_bn", "layer1.0.downsample.1"),
        ("main_aspp_3", "layer6.conv2d_list.3"),
        ("aux_aspp_0", None),
        ("preprocessing", None),
    ],
)
def test_layers_of_a_resnet_have_pytorch_s_names(layer, name):
    naming = Naming("segmenter", "resnet", heads={"main": "layer6"})
    assert naming.layer_name(layer) == name


def test_torchvision_counts_two_poolings_more():
    naming = Naming("backbone", "vgg16", is_torchvision=True)
    assert naming.layer_name("features_21") == "features.21"
    assert naming.layer_name("features_23") == "features.24"
    assert naming.layer_name("features_29") is None


def _branches(deviations, seed=0):
    """A two-level checkpoint's main branches with given deviations."""
    rng = np.random.default_rng(seed)
    arrays = {}
    for index, deviation in enumerate(deviations):
        name = f"layer6.conv2d_list.{index}"
        weight = rng.normal(0, deviation, (19, 512, 3, 3))
        arrays[f"{name}.weight"] = weight.astype(np.float32)
        arrays[f"{name}.bias"] = np.full(19, 0.01, np.float32)
    return arrays


@pytest.mark.parametrize(
    ("deviations", "expected"),
    [
        ((0.012, 0.009, 0.01, 0.01), 2),  # the last two as they were drawn
        ((0.012, 0.009, 0.011, 0.009), 4),  # all trained
        ((0.01, 0.01, 0.01, 0.01), 4),  # none trained: no telling
    ],
)
def test_branches_that_were_never_trained_are_not_summed(deviations, expected):
    heads = {"main": "layer6", "aux": "layer5"}
    naming = Naming("segmenter", "resnet", heads=heads)
    count, _ = aspp_branches.count_branches(naming, _branches(deviations))
    assert count == expected
