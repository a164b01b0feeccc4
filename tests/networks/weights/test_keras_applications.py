"""Weights of keras.applications in this package's ResNets and VGG-16."""

import keras
import numpy as np
import pytest

from tf_advseg.networks.backbones import VGG16
from tf_advseg.networks.backbones import ResNet50
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.weights.torch.errors import WeightsError


def _randomise(model, seed=0):
    """Weights that keep 50 layers' features near 1."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        for variable in layer.variables:
            shape = variable.shape
            if variable.name == "kernel":
                scale = np.sqrt(2 / np.prod(shape[:3]))
                variable.assign(rng.normal(0, scale, shape))
            elif variable.name in ("gamma", "moving_variance"):
                last = layer.name.endswith("_3_bn")
                scale = 0.1 if last and variable.name == "gamma" else 1
                variable.assign(scale * rng.uniform(0.5, 1.5, shape))
            else:
                variable.assign(rng.normal(0, 0.1, shape))


def _stem(convolution_name, norm_name, norm, use_bias):
    image = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(4, 3, use_bias=use_bias, name=convolution_name)(
        image
    )
    return keras.Model(image, norm(name=norm_name)(x))


def test_batch_norm_takes_over_the_bias_and_the_other_epsilon():
    source = _stem(
        "conv4_block5_2_conv",
        "conv4_block5_2_bn",
        lambda name: keras.layers.BatchNormalization(
            epsilon=1.001e-5, name=name
        ),
        use_bias=True,
    )
    _randomise(source)
    # A variance so small that the epsilons matter: 1e-8 of 1.1e-5.
    source.layers[-1].moving_variance.assign([1e-6] * 4)
    model = _stem("layer3_4_conv2", "layer3_4_bn2", BatchNorm, use_bias=False)
    ResNet50.imagenet.fill(model, source)
    norm = model.layers[-1]
    np.testing.assert_allclose(norm.moving_variance, [1.01e-6] * 4, rtol=1e-5)
    image = np.random.default_rng(1).normal(0, 1, (1, 6, 7, 3))
    wanted = np.asarray(source(image))
    deviation = np.abs(model(image) - wanted).max()
    assert deviation <= 1e-5 * np.abs(wanted).max()


def test_a_missing_layer_is_named():
    source = _stem("conv1_conv", "other_bn", BatchNorm, use_bias=False)
    model = _stem("conv1", "bn1", BatchNorm, use_bias=False)
    with pytest.raises(WeightsError, match="no layer 'conv1_bn'"):
        ResNet50.imagenet.fill(model, source)


def test_without_a_network_it_says_what_else_to_do(monkeypatch):
    def fetch(**_):
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.applications, "VGG16", fetch)
    with pytest.raises(WeightsError) as caught:
        VGG16().load_imagenet(None)
    for expected in ("URL fetch failure", ".pth", "tf-advseg[imagenet]"):
        assert expected in str(caught.value)


@pytest.mark.slow
def test_a_resnet_50_keeps_its_features():
    source = keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(None, None, 3)
    )
    _randomise(source)
    model = ResNet50(preprocessing="none").build()
    ResNet50.imagenet.fill(model, source)
    # At sizes 32 n + 1 rounding up and down agree, and the dilated stages
    # contain the strided ones' features.
    image = np.random.default_rng(1).normal(0, 1, (1, 33, 65, 3))
    found = model(image)["main"][:, ::4, ::4]
    wanted = source(image)
    assert 0.1 < np.asarray(wanted).max() < 100
    np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.slow
def test_vgg_16_keeps_its_features_up_to_its_fourth_block():
    source = keras.applications.VGG16(
        include_top=False, weights=None, input_shape=(None, None, 3)
    )
    model = VGG16(preprocessing="none").build()
    VGG16.imagenet.fill(model, source)
    image = np.random.default_rng(1).normal(0, 1, (1, 16, 24, 3))
    found = keras.Model(model.input, model.get_layer("features_21").output)
    wanted = keras.Model(source.input, source.get_layer("block4_conv3").output)
    np.testing.assert_allclose(found(image), wanted(image), atol=1e-4)
    last = source.get_layer("block5_conv3").get_weights()
    for ours, theirs in zip(
        model.get_layer("features_27").get_weights(), last, strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
