"""EfficientNet-Lite: shapes, strides, sizes, and what dilation preserves."""

import keras
import numpy as np
import pytest

from tf_advseg.networks.backbones import EfficientNetLite0
from tf_advseg.networks.backbones import EfficientNetLite1
from tf_advseg.networks.backbones import EfficientNetLite2
from tf_advseg.networks.weights.torch.errors import WeightsError


def _image(height, width, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 255, (1, height, width, 3)).astype(np.float32)


@pytest.mark.parametrize("output_stride", [8, 16, 32])
def test_features_have_the_size_that_the_stride_says(output_stride):
    model = EfficientNetLite0(output_stride=output_stride).build()
    features = model(_image(65, 96))
    rows, columns = -(-65 // output_stride), -(-96 // output_stride)
    aux_stride = min(output_stride, 16)
    assert features["main"].shape == (1, rows, columns, 320)
    aux_rows, aux_columns = -(-65 // aux_stride), -(-96 // aux_stride)
    assert features["aux"].shape == (1, aux_rows, aux_columns, 112)


def test_a_dilated_network_contains_the_features_of_the_trained_one():
    coarse = EfficientNetLite0(output_stride=32).build()
    image = _image(65, 97)
    wanted = coarse(image)
    for output_stride in (8, 16):
        fine = EfficientNetLite0(output_stride=output_stride).build()
        fine.set_weights(coarse.get_weights())
        step = 32 // output_stride
        found = fine(image)["main"][:, ::step, ::step]
        np.testing.assert_allclose(found, wanted["main"], atol=1e-4)


@pytest.mark.parametrize(
    ("backbone", "weights", "width"),
    [
        (EfficientNetLite0, 4_652_008, 320),
        (EfficientNetLite1, 5_416_680, 320),
        (EfficientNetLite2, 6_092_072, 352),
    ],
)
def test_the_network_has_the_published_number_of_weights(
    backbone, weights, width
):
    model = backbone().build()
    # Less the classifier's 1280-channel convolution with batch norm and its
    # 1000-way layer; moving statistics not counted.
    classifier = width * 1280 + 2 * 1280 + 1280 * 1000 + 1000
    trainable = sum(
        int(np.prod(v.shape)) for v in model.variables if "moving" not in v.path
    )
    assert trainable == weights - classifier


def test_pixels_are_centred_at_127():
    model = EfficientNetLite0().build()
    layer = model.get_layer("preprocessing")
    normalise = keras.Model(model.input, layer.output)
    pixels = np.array([[[[127.0, 255.0, 0.0]]]], np.float32)
    found = np.asarray(normalise(pixels))[0, 0, 0]
    np.testing.assert_allclose(found, [0.0, 1.0, -127 / 128], atol=1e-6)


@pytest.mark.parametrize("wrong", [{"output_stride": 4}, {"batch_norm": "no"}])
def test_an_unknown_option_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        EfficientNetLite0(**wrong)


# Of timm 1.0.31's tf_efficientnet_lite0 to 2, with the same files. Its padding
# is that of this image, as TensorFlow's is; efficientnet_lite_pytorch pads as
# for the images of training (224, 240, 260 pixels), which of Lite1 and 2 makes
# other numbers of an image of another size.
OF_PYTORCH = {
    EfficientNetLite0: (
        [6.329676, 2.6988292, 1.9476999, 2.4174514, 20.008291],
        [1.5306463, -2.118746, -0.44677636, -6.206732, -5.968863],
    ),
    EfficientNetLite1: (
        [-11.69167, 2.9722133, -1.157502, -0.44686753, 8.218941],
        [2.8464611, -1.006707, 2.1173587, -0.0936052, 1.2243363],
    ),
    EfficientNetLite2: (
        [-4.9114294, 8.5293217, 1.9774966, 6.2325311, -4.1149144],
        [-0.1141575, -2.094274, -0.7710186, 5.2275767, -2.5977859],
    ),
}


@pytest.mark.parametrize("size", OF_PYTORCH)
def test_imagenet_weights_give_the_features_that_pytorch_gives(size):
    pytest.importorskip(size.imagenet.package)
    backbone = size(output_stride=32)
    model = backbone.build()
    assert "ImageNet" in backbone.load_imagenet(model)
    rows, columns, channels = np.meshgrid(
        np.arange(64), np.arange(96), np.arange(3), indexing="ij"
    )
    image = (3 * columns + 5 * rows + 40 * channels) % 256
    features = model(image[np.newaxis].astype(np.float32))
    aux, main = OF_PYTORCH[size]
    np.testing.assert_allclose(features["aux"][0, 1, 2, :5], aux, atol=1e-4)
    np.testing.assert_allclose(features["main"][0, 1, 2, :5], main, atol=1e-4)


@pytest.mark.parametrize("size", OF_PYTORCH)
@pytest.mark.parametrize("other", OF_PYTORCH)
def test_weights_of_another_size_are_refused(size, other):
    pytest.importorskip(other.imagenet.package)
    model = size().build()
    before = model.get_weights()
    if size is other:
        assert other().load_imagenet(model)
        return
    with pytest.raises(WeightsError, match=other.name) as caught:
        other().load_imagenet(model)
    # Every size has the stem's: that one lacks it would be untrue.
    assert "lacks" not in str(caught.value)
    for one, same in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, same)
