"""What every registered backbone promises."""

import keras
import numpy as np
import pytest

from tf_advseg.experiment import registry
from tf_advseg.networks.decoders import deeplab
from tf_advseg.networks.weights.torch.errors import WeightsError

pytestmark = pytest.mark.slow
NAMES = sorted(registry.backbone_classes())


@pytest.fixture(scope="module", params=NAMES)
def built(request):
    """A backbone and the model that it builds."""
    keras.utils.set_random_seed(0)
    backbone = registry.make_backbone(request.param)
    return backbone, backbone.build()


def images(height, width, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 255, (1, height, width, 3)).astype(np.float32)


def test_outputs_are_the_levels_it_names(built):
    backbone, model = built
    assert backbone.levels[0] == "main"
    assert set(model.output) == set(backbone.levels)
    for features in model(images(65, 97)).values():
        assert np.isfinite(features).all()


@pytest.mark.parametrize("size", [(65, 97), (64, 96), (33, 70)])
def test_segmenter_answers_at_image_size(built, size):
    _, model = built
    segmenter = deeplab.deeplab_v2(model, 5)
    outputs = segmenter(images(*size))
    assert outputs["main"].shape == (1, *size, 5)
    assert all(outputs[level].shape[1:3] == size for level in model.output)
    low = deeplab.low_resolution_logits(segmenter)(images(*size))
    assert low.shape[1] < size[0]


def test_it_normalises_for_itself(built):
    """Dark and bright images differ: nothing saturates at 0-255."""
    _, model = built
    dark = model(np.zeros((1, 65, 97, 3), np.float32))["main"]
    bright = model(np.full((1, 65, 97, 3), 255, np.float32))["main"]
    assert np.abs(np.subtract(dark, bright)).max() > 1e-6


def test_model_is_rebuilt_from_its_configuration(built):
    _, model = built
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    x = images(33, 49)
    for name, features in model(x).items():
        np.testing.assert_allclose(again(x)[name], features, atol=1e-5)


def test_missing_weight_file_is_named(built, tmp_path):
    backbone, model = built
    with pytest.raises((WeightsError, OSError), match=r"none\.pth"):
        backbone.load_imagenet(model, path=tmp_path / "none.pth")
