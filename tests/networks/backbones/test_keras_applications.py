"""Networks of keras.applications as backbones."""

import keras
import numpy as np
import pytest

from tf_advseg.networks.backbones import KerasApplication
from tf_advseg.networks.backbones.grafting import graph
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.weights.torch.errors import WeightsError

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def trunk(name, seed=0):
    """Keras' own network, with weights that leave nothing at its default."""
    make = getattr(keras.applications, name)
    network = make(include_top=False, weights=None, input_shape=(256, 256, 3))
    rng = np.random.default_rng(seed)
    for variable in network.weights:
        if variable.name in ("gamma", "moving_variance"):
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
        elif variable.name in ("beta", "moving_mean", "bias"):
            variable.assign(rng.normal(0, 0.1, variable.shape))
    return network


def image(seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 255, (1, 256, 256, 3)).astype(np.float32)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "module", "layers"),
    [
        # Layers and operations that only scale; each layer's name made up.
        ("MobileNetV3Small", "mobilenet_v3", {"c5": "activation"}),
        # Blue first, subtracted by a function.
        ("VGG16", "vgg16", {"c2": "block3_conv3"}),
    ],
)
def test_features_are_those_of_keras(name, module, layers, tmp_path):
    source = trunk(name)
    source.save(tmp_path / "weights.keras")
    backbone = KerasApplication(model=name)
    model = backbone.build()
    backbone.load_imagenet(model, tmp_path / "weights.keras")
    tensors = graph.pyramid_of(source)
    pictures = getattr(keras.applications, module).preprocess_input(image())
    wanted = keras.Model(source.input, tensors)(pictures)
    found = model(image())
    for level, expected in zip(("c2", "c3", "c4", "c5"), wanted, strict=True):
        largest = np.abs(np.asarray(expected)).max()
        deviation = np.abs(np.asarray(found[level]) - expected).max()
        assert largest > 0.1
        assert deviation < 1e-5 * largest, level
    for level, layer in layers.items():
        place = ("c2", "c3", "c4", "c5").index(level)
        assert layer in tensors[place]._keras_history.operation.name


def test_the_scale_that_keras_adds_to_imagenet_weights_is_there(tmp_path):
    """In files of EfficientNet-B the variances hold the deviations; a network
    that Keras built without weights lacks the layer that mends it."""
    source = trunk("EfficientNetB0")
    norm = next(
        layer
        for layer in source.layers
        if isinstance(layer, keras.layers.Normalization)
    )
    norm.set_weights(
        [np.array(IMAGENET_MEAN), np.array(IMAGENET_STD), np.array(0)]
    )
    norm.finalize_state()
    source.save_weights(tmp_path / "b0.weights.h5")
    backbone = KerasApplication(model="EfficientNetB0")
    model = backbone.build()
    preprocessing = model.get_layer("preprocessing")
    assert preprocessing.std == pytest.approx((255, 255, 255))
    backbone.load_imagenet(model, tmp_path / "b0.weights.h5")
    assert preprocessing.mean == pytest.approx((123.675, 116.28, 103.53))
    assert preprocessing.std == pytest.approx((58.395, 57.12, 57.375))
    stem = source.get_layer("stem_conv").kernel
    np.testing.assert_array_equal(model.get_layer("stem_conv").kernel, stem)


def test_its_batch_norm_is_told_what_to_do():
    backbone = KerasApplication(model="MobileNet", batch_norm="per_domain")
    model = backbone.build()
    kinds = [type(layer) for layer in model.layers]
    assert kinds.count(BatchNorm) == 27  # The first, and 13 blocks of 2.
    assert keras.layers.BatchNormalization not in kinds
    modes = {one.mode for one in model.layers if isinstance(one, BatchNorm)}
    assert modes == {"per_domain"}


def test_names_do_not_depend_on_what_was_built_before():
    names = [
        [layer.name for layer in KerasApplication("ResNet50V2").build().layers]
        for _ in range(2)
    ]
    assert names[0] == names[1]


def test_a_network_without_a_pyramid_is_refused():
    with pytest.raises(ValueError, match="'xception' has no map of stride 4"):
        KerasApplication(model="Xception").build()


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match=r"'ResNet51'.*ResNet50"):
        KerasApplication(model="ResNet51")


def test_without_a_network_it_says_what_else_to_do(monkeypatch):
    def fetch(**_):
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.applications, "MobileNet", fetch)
    with pytest.raises(WeightsError) as caught:
        KerasApplication(model="MobileNet").load_imagenet(None)
    for expected in ("URL fetch failure", "mobilenet", "file that Keras"):
        assert expected in str(caught.value)


def test_weights_of_another_network_change_nothing(tmp_path):
    backbone = KerasApplication(model="MobileNet")
    model = backbone.build()
    before = model.get_weights()
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save_weights(
        tmp_path / "other.weights.h5"
    )
    with pytest.raises(WeightsError, match=r"other\.weights\.h5"):
        backbone.load_imagenet(model, tmp_path / "other.weights.h5")
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
