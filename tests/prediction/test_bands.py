"""Bands of rows give what the whole image gives."""

import numpy as np
import pytest
import toy_segmenter

from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.prediction import bands
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
    classes, entropies = bands.predict_in_bands(
        ensemble, images, size, True, band
    )
    whole = ensemble.predict_classes_and_entropy(images, size)
    np.testing.assert_array_equal(classes, whole[0])
    np.testing.assert_allclose(entropies, whole[1], atol=1e-5)
    assert bands.predict_in_bands(ensemble, images, size, False)[1] is None


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
