"""Bands of rows give what the whole image gives."""

import numpy as np
import pytest
import toy_runs
import toy_segmenter

from tf_advseg.datasets import FolderDomain
from tf_advseg.evaluation import bands
from tf_advseg.evaluation import evaluating
from tf_advseg.experiment import registry
from tf_advseg.export.gate import keras_process
from tf_advseg.networks.backbones import ResNet50
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.prediction import stream


@pytest.fixture(params=["logits", "probabilities"])
def ensemble(request):
    models = [
        toy_segmenter.colour_segmenter((f, 1.0, 1.0), stride=4)
        for f in (0.01, 0.02)
    ]
    for model in models:
        kernel = 0.02 * model.get_layer("main_logits").get_weights()[0]
        model.get_layer("main_logits").set_weights([kernel])
    return Ensemble(models, combine=request.param)


@pytest.mark.parametrize("size", [(1, 1), (37, 53), (96, 200)])
@pytest.mark.parametrize("band", [1, 1000, 10**6])
def test_bands_are_the_whole(ensemble, size, band):
    images = np.random.default_rng(0).integers(0, 256, (2, 24, 40, 3))
    classes, entropies = bands.in_bands(
        ensemble, images, size, bands.ENTROPIES, band
    )
    whole = ensemble.predict_classes_and_entropy(images, size)
    np.testing.assert_array_equal(classes, whole[0])
    np.testing.assert_allclose(entropies, whole[1], atol=1e-5)
    alone = bands.in_bands(ensemble, images, size, bands.CLASSES, band)
    assert len(alone) == 1
    np.testing.assert_array_equal(alone[0], classes)


@pytest.mark.parametrize("with_entropy", [False, True])
def test_large_pictures_are_predicted_in_bands(monkeypatch, with_entropy):
    ensemble = Ensemble([toy_segmenter.colour_segmenter(stride=4)])
    image = toy_segmenter.paint(np.arange(32 * 48).reshape(32, 48) // 512 % 3)
    picture = stream.prepare("a", image, (16, 24))
    options = {"with_entropy": with_entropy}
    (whole,) = stream.predict_pictures(ensemble, [picture], **options)
    monkeypatch.setattr(bands, "WHOLE", 32 * 48 * 3 - 1)

    def never(*_):
        raise AssertionError("all at once")

    monkeypatch.setattr(ensemble, "predict_classes", never)
    monkeypatch.setattr(ensemble, "predict_classes_and_entropy", never)
    (found,) = stream.predict_pictures(ensemble, [picture], **options)
    np.testing.assert_array_equal(found.classes, whole.classes)
    assert (found.entropy is None) == (not with_entropy)


@pytest.fixture
def network():
    """A network with all that graphs fuse: convolutions, norms, activations."""
    decoder = registry.make_decoder("fpn")
    backbone = ResNet50(blocks=(1, 1, 1, 1), batch_norm="affine").suited_to(
        decoder.output_stride
    )
    return Ensemble([decoder.build(backbone.build(), 19)])


@pytest.mark.slow
def test_of_a_real_network_bands_are_the_whole_to_the_bit(network):
    images = np.random.default_rng(0).integers(0, 256, (1, 64, 96, 3))
    size = (211, 307)
    whole = bands.predict(network, images, size, bands.CONFIDENCES)
    found = bands.in_bands(network, images, size, bands.CONFIDENCES, 40_000)
    assert len(found) == 3 and len(np.unique(whole[0])) > 1
    np.testing.assert_array_equal(found[0], whole[0])
    for one, other in zip(found[1:], whole[1:], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("size", [None, (8, 16)])
def test_large_labelled_images_are_counted_in_bands(
    tmp_path, monkeypatch, size
):
    root = toy_runs.write_domain(tmp_path / "camera", num_images=2)
    domain = FolderDomain(root)
    ensemble = Ensemble([toy_segmenter.colour_segmenter(stride=4)])

    def numbers():
        found = evaluating.evaluate_segmenter(
            ensemble, domain, "train", size=size
        )
        looks = evaluating.measure(ensemble, domain, "train", size=size)
        return found.confusion, looks

    confusion, looks = numbers()
    monkeypatch.setattr(bands, "WHOLE", 16 * 32 * 3 - 1)
    monkeypatch.setattr(bands.in_bands, "__defaults__", (100,))
    for name in ("classes", "classes_and_entropy", "all"):
        monkeypatch.setattr(ensemble, f"predict_{name}", None)
    again, more = numbers()
    np.testing.assert_array_equal(again, confusion)
    assert confusion.sum() == 2 * 16 * 32
    np.testing.assert_array_equal(more.truth.boundary, looks.truth.boundary)
    np.testing.assert_array_equal(
        more.truth.reliability.counts, looks.truth.reliability.counts
    )
    assert more.mean_entropy == pytest.approx(looks.mean_entropy, abs=1e-5)


def test_the_gates_keras_takes_large_images_in_bands(tmp_path, monkeypatch):
    path = toy_segmenter.save_colour_segmenter(tmp_path / "model.keras")
    models = {"paths": [path], "weights": None, "combine": "logits"}
    image = toy_segmenter.paint(np.arange(32 * 48).reshape(32, 48) // 512 % 3)

    def classes():
        return keras_process._load({**models, "size": [16, 24]})(image)

    whole = classes()
    monkeypatch.setattr(bands, "WHOLE", 32 * 48 * 3 - 1)
    monkeypatch.setattr(Ensemble, "predict_classes", None)
    np.testing.assert_array_equal(classes(), whole)
