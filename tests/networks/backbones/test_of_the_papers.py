"""Structure of the ResNets and of VGG-16: sizes, parameters, names.

Every count and size was measured in the official programs.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.networks.backbones import VGG16
from tf_advseg.networks.backbones import ResNet50
from tf_advseg.networks.backbones import ResNet101
from tf_advseg.networks.decoders.deeplab_v2 import deeplab_v2

TINY = {"blocks": (1, 1, 1, 1)}


@pytest.fixture(scope="module")
def vgg16():
    return VGG16().build()


def _scalars(variables):
    return sum(int(np.prod(v.shape)) for v in variables)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("num_classes", "scalars"),
    [(19, 44_601_560), (16, 44_269_760), (13, 43_937_960)],
)
def test_resnet101_has_the_official_parameters(num_classes, scalars):
    segmenter = deeplab_v2(ResNet101().build(), num_classes)
    moving = [v for v in segmenter.variables if v.name.startswith("moving")]
    assert _scalars(moving) == 105_344
    assert _scalars(segmenter.variables) - 105_344 == scalars
    assert len(segmenter.variables) == 536


@pytest.mark.slow
def test_resnet101_trains_the_official_weights():
    segmenter = deeplab_v2(ResNet101().build(), 19)
    assert len(segmenter.trainable_variables) == 120
    assert _scalars(segmenter.trainable_variables) == 44_496_216
    # The classifiers' group, at ten times the rate: 16 tensors.
    heads = [v for v in segmenter.trainable_variables if "_aspp_" in v.path]
    assert (len(heads), _scalars(heads)) == (16, 2_101_400)


def test_vgg16_has_the_official_parameters(vgg16):
    segmenter = deeplab_v2(vgg16, 19)
    assert len(segmenter.trainable_variables) == 38
    assert segmenter.count_params() == 29_573_004
    assert set(segmenter.output) == {"main", "features"}


@pytest.mark.parametrize(
    ("image", "stem", "pool", "features"),
    [
        ((321, 321), (161, 161), (81, 81), (41, 41)),
        ((512, 1024), (256, 512), (129, 257), (65, 129)),
        ((720, 1280), (360, 640), (181, 321), (91, 161)),
        ((760, 1280), (380, 640), (191, 321), (96, 161)),
    ],
)
def test_resnet_has_the_official_sizes(image, stem, pool, features):
    # Sizes do not depend on the number of blocks.
    model = ResNet101(**TINY).build((*image, 3))
    assert model.get_layer("conv1").output.shape == (None, *stem, 64)
    assert model.get_layer("max_pool").output.shape == (None, *pool, 64)
    assert model.output["aux"].shape == (None, *features, 1024)
    assert model.output["main"].shape == (None, *features, 2048)


@pytest.mark.parametrize(
    ("image", "features"),
    [
        ((321, 321), (40, 40)),
        ((512, 1024), (64, 128)),
        ((720, 1280), (90, 160)),
    ],
)
def test_vgg16_has_the_official_sizes(vgg16, image, features):
    outputs = vgg16(keras.Input((*image, 3)))
    assert outputs["main"].shape == (None, *features, 1024)


def test_symbolic_sizes_are_those_of_real_features():
    model = ResNet50(**TINY).build((33, 50, 3))
    outputs = model(tf.zeros((1, 33, 50, 3)))
    for level, symbolic in model.output.items():
        assert outputs[level].shape[1:] == symbolic.shape[1:]


def test_every_block_of_a_stage_dilates_the_first_too():
    model = ResNet50(blocks=(1, 1, 2, 2)).build()
    dilations = {
        name: model.get_layer(f"{name}_conv2").dilation_rate
        for name in ("layer2_0", "layer3_0", "layer3_1", "layer4_0", "layer4_1")
    }
    assert list(dilations.values()) == [(1, 1), (2, 2), (2, 2), (4, 4), (4, 4)]


def test_the_stride_of_a_stage_is_on_its_first_1x1_convolution():
    model = ResNet50(**TINY).build()
    strided = [
        layer.name
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D) and layer.strides == (2, 2)
    ]
    assert sorted(strided) == [
        "conv1",
        "layer2_0_conv1",
        "layer2_0_downsample_conv",
    ]


@pytest.mark.parametrize(
    ("mode", "trainable"),
    # A stem and a block per stage; gamma and beta of 17 layers more.
    [("reference", 17), ("frozen", 17), ("trainable", 17 + 2 * 17)],
)
def test_batch_norm_mode_decides_what_is_trained(mode, trainable):
    model = ResNet50(**TINY, batch_norm=mode).build()
    assert len(model.trainable_variables) == trainable


@pytest.mark.parametrize("backbone", [ResNet50, VGG16])
def test_images_may_arrive_normalised(backbone):
    options = TINY if backbone is ResNet50 else {}
    raw = backbone(**options).build()
    normalised = backbone(**options, preprocessing="none").build()
    normalised.set_weights(raw.get_weights())
    images = np.random.default_rng(0).uniform(0, 255, (1, 33, 41, 3))
    caffe = images[..., ::-1] - [104.00698793, 116.66876762, 122.67891434]
    expected = raw(images)["main"]
    outputs = normalised(caffe)["main"]
    scale = np.abs(expected).max()
    np.testing.assert_allclose(outputs, expected, atol=1e-4 * scale)


@pytest.mark.parametrize(
    "options",
    [{"blocks": (3, 4, 6)}, {"blocks": (3, 4, 0, 3)}, {"batch_norm": "off"}],
)
def test_impossible_options_are_reported(options):
    with pytest.raises(ValueError, match=r"received|Choose one of"):
        ResNet50(**options)
