"""The model that a run starts from: checked, copied, told."""

import keras
import numpy as np
import pytest
from toy_networks import toy_segmenter

from tf_advseg.base.files import checksums
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs.parents import start
from tf_advseg.settings.train import TrainSettings

CLASSES = ("road", "car", "sky")


@pytest.fixture
def settings(tmp_path):
    """Of a run that starts from another one's model."""
    facts = {"classes": list(CLASSES), "method": "source_only", "step": 300}
    facts |= {"backbone": "tiny", "decoder": "fpn", "palette": []}
    save_segmenter(toy_segmenter(seed=1), tmp_path / "a/last.keras", facts)
    (tmp_path / "b").mkdir()
    return TrainSettings(run=str(tmp_path / "b"), start=str(tmp_path / "a"))


def test_a_segmenter_gets_the_weights_of_the_start(settings):
    ours, theirs = toy_segmenter(seed=2), toy_segmenter(seed=1)
    start.load_into(ours, settings)
    for a, b in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_run_needs_nothing_outside_of_its_folder_to_go_on(settings, tmp_path):
    start.record(settings)
    (tmp_path / "a/last.keras").unlink()
    start.record(settings)
    start.check(settings, CLASSES)
    ours = toy_segmenter(seed=2)
    start.load_into(ours, settings)
    expected = toy_segmenter(seed=1).get_weights()
    np.testing.assert_array_equal(ours.get_weights()[0], expected[0])


def test_a_changed_byte_of_the_start_is_named(settings, tmp_path):
    theirs, ours = tmp_path / "a/last.keras", tmp_path / "b/start.keras"
    checksums.record(theirs)
    start.record(settings)
    for file in (ours, theirs):
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    with pytest.raises(ValueError, match=r"start\.keras' was changed since"):
        start.load_into(toy_segmenter(seed=2), settings)
    ours.unlink()
    with pytest.raises(ValueError, match=r"last\.keras' was changed since"):
        start.record(settings)
    assert not ours.exists()


def test_models_say_what_they_come_from(settings):
    assert start.lineage(settings) == {
        "started_from": {
            "path": settings.start,
            "method": "source_only",
            "step": 300,
            "backbone": "tiny",
            "decoder": "fpn",
        }
    }
    assert start.lineage(TrainSettings(run=settings.run)) == {}


def test_a_start_of_other_classes_is_refused(settings):
    start.check(settings, CLASSES)
    with pytest.raises(ValueError, match="knows the classes road, car, sky"):
        start.check(settings, ("sky", "car", "road"))


def test_a_start_that_is_another_network_is_refused(settings):
    images = keras.Input((None, None, 3))
    logits = keras.layers.Conv2D(3, 1, name="main_logits")(images)
    other = keras.Model(images, {"main": logits})
    with pytest.raises(ValueError, match="backbone tiny and the decoder fpn"):
        start.load_into(other, settings)


def test_a_start_that_is_not_there_is_refused_at_the_door(tmp_path):
    settings = TrainSettings(start=str(tmp_path / "nothing"))
    with pytest.raises(ValueError, match="There is no model"):
        settings.look()
