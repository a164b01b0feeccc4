"""What every registered backbone promises."""

import keras
import numpy as np
import pytest

from tf_advseg.base.conventions import PYRAMID
from tf_advseg.conversion import parity
from tf_advseg.conversion.to_safetensors import collect
from tf_advseg.experiment import registry
from tf_advseg.networks.decoders.deeplab_v2 import deeplab_v2
from tf_advseg.networks.segmenter import low_resolution_logits
from tf_advseg.networks.weights import pytorch_names
from tf_advseg.networks.weights.recognise import recognise
from tf_advseg.networks.weights.torch.errors import WeightsError

pytestmark = pytest.mark.slow
NAMES = sorted(registry.backbone_classes())


def one_of_each_build():
    """The smallest of those that one `features` builds.

    ResNet-101 is ResNet-50 with more blocks, EfficientNet-Lite2 is Lite0 with
    more and wider ones.
    """
    smallest = {}
    for name in sorted(NAMES, key=lambda name: (len(name), name)):
        build = registry.backbone_classes()[name].features
        smallest.setdefault(build, name)
    return sorted(smallest.values())


of_each_build = pytest.mark.parametrize(
    "built", one_of_each_build(), indirect=True
)


@pytest.fixture(scope="module", params=NAMES)
def built(request):
    """A backbone and the model that it builds."""
    keras.utils.set_random_seed(0)
    backbone = registry.make_backbone(request.param)
    return backbone, backbone.build()


def images(height, width, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 255, (1, height, width, 3)).astype(np.float32)


def test_outputs_are_the_levels_it_names_and_the_pyramid(built):
    backbone, model = built
    assert backbone.levels[0] == "main"
    assert set(model.output) == {*backbone.levels, *PYRAMID}
    for features in model(images(65, 97)).values():
        assert np.isfinite(features).all()


@of_each_build
@pytest.mark.parametrize("size", [(65, 97), (64, 96), (33, 70)])
def test_segmenter_answers_at_image_size(built, size):
    _, model = built
    segmenter = deeplab_v2(model, 5)
    outputs = segmenter(images(*size))
    assert outputs["main"].shape == (1, *size, 5)
    levels = set(outputs) - {"features"}
    assert levels == set(model.output) - set(PYRAMID)
    assert all(outputs[level].shape[1:3] == size for level in levels)
    low = low_resolution_logits(segmenter)(images(*size))
    assert low.shape[1] < size[0]


@of_each_build
@pytest.mark.parametrize("size", [(65, 97), (64, 96), (33, 70)])
def test_the_pyramid_goes_from_fine_to_coarse(built, size):
    """From stride 4 on; no level is coarser than its stride says."""
    _, model = built
    features = model(images(*size))
    sizes = [features[name].shape[1:3] for name in PYRAMID]
    for side in (0, 1):
        fine, *coarser = (shape[side] for shape in sizes)
        assert fine in (size[side] // 4, size[side] // 4 + 1)
        assert coarser == sorted(coarser, reverse=True)
        assert fine > coarser[0]
        for stride, side_of in zip((8, 16, 32), coarser, strict=True):
            assert side_of >= size[side] // stride


@of_each_build
def test_it_may_be_told_which_output_stride_a_decoder_likes(built):
    backbone, model = built
    suited = backbone.suited_to(32).build()
    suited.set_weights(model.get_weights())
    x = images(64, 96)
    sizes = [net(x)["c5"].shape[1] for net in (suited, model)]
    assert sizes[0] <= sizes[1]
    told = backbone.suited_to(8)
    assert told.suited_to(32) == told


@of_each_build
def test_it_normalises_for_itself(built):
    """Dark and bright images differ: nothing saturates at 0-255."""
    _, model = built
    dark = model(np.zeros((1, 65, 97, 3), np.float32))["main"]
    bright = model(np.full((1, 65, 97, 3), 255, np.float32))["main"]
    assert np.abs(np.subtract(dark, bright)).max() > 1e-6


@of_each_build
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


def test_a_checkpoint_of_it_is_known_and_names_every_weight(built):
    backbone, model = built
    if not backbone.network:
        pytest.skip("no checkpoints of it are known")
    assert pytorch_names.backbone_of(model).network == backbone.network
    naming = pytorch_names.Naming("backbone", backbone.network)
    arrays = collect(model, naming)
    assert len(arrays) == len(model.variables)
    found = recognise(arrays, "it")
    assert (found.kind, found.network) == ("backbone", backbone.network)
    assert not any(n.startswith(backbone.classifier) for n in arrays)


@of_each_build
def test_its_layers_compute_what_its_twin_in_numpy_computes(built):
    backbone, model = built
    if not backbone.network:
        pytest.skip("no checkpoints of it are known")
    naming = pytorch_names.Naming("backbone", backbone.network)
    arrays = collect(model, naming)
    naming = recognise(arrays, "it")
    rows = parity.compare_layers(model, naming, arrays, 0, "caffe")
    assert bool(rows) == (backbone.probe_size is not None)
    assert all(row.relative < 1e-4 for row in rows)
