"""The models that a run learns from: checked, copied, told."""

import dataclasses

import numpy as np
import pytest
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.networks.views import mirrored
from tf_advseg.networks.views import views_of
from tf_advseg.runs.parents import start
from tf_advseg.runs.parents import teachers
from tf_advseg.settings.train import TrainSettings

CLASSES = ("road", "car", "sky")


@pytest.fixture
def settings(tmp_path):
    """Of a run that learns from a run and a file."""
    facts = {"classes": list(CLASSES), "method": "dacs", "step": 300}
    facts |= {"backbone": "tiny", "decoder": "fpn", "palette": []}
    run, file = tmp_path / "a", tmp_path / "b.keras"
    save_segmenter(toy_segmenter(seed=1), run / "last.keras", facts)
    save_segmenter(toy_segmenter(seed=2), file, facts)
    (tmp_path / "student").mkdir()
    return TrainSettings(
        run=str(tmp_path / "student"), teacher=f"{run}, {file}"
    )


def test_a_run_needs_nothing_outside_of_its_folder_to_go_on(settings, tmp_path):
    told = teachers.lineage(settings)
    teachers.record(settings)
    (tmp_path / "a/last.keras").unlink()
    (tmp_path / "b.keras").unlink()
    teachers.record(settings)
    teachers.check(settings, CLASSES)
    images = toy_batch()[0]["source"]
    found = teachers.load(settings).scores(images, images.shape[1:3])
    models = [toy_segmenter(seed=s) for s in (1, 2)]
    expected = [model(images)["main"] for model in models]
    np.testing.assert_allclose(found, sum(expected) / 2, atol=1e-5)
    views = views_of((1.0,), is_flipped=True)
    found = teachers.load(settings, views).scores(images, images.shape[1:3])
    expected += [mirrored(m(mirrored(images))["main"]) for m in models]
    np.testing.assert_allclose(found, sum(expected) / 4, atol=1e-5)
    again = teachers.lineage(settings)["taught_by"]
    for one, other in zip(told["taught_by"], again, strict=True):
        assert one["path"] == other["path"]


def test_what_lies_in_the_working_folder_is_no_copy(
    settings, tmp_path, monkeypatch
):
    """Without a run, as in a `Recipe`, there is none."""
    monkeypatch.chdir(tmp_path / "student")
    teachers.record(settings)
    homeless = dataclasses.replace(settings, run="")
    for name in ("teacher_1.keras", "start.keras"):
        (tmp_path / "student" / name).write_text("somebody else's")
    assert start.facts(dataclasses.replace(homeless, start=f"{tmp_path}/a"))
    teachers.check(homeless, CLASSES)


def test_models_say_who_taught_them(settings):
    found = teachers.lineage(settings)["taught_by"]
    assert [one["path"] for one in found] == settings.teacher_paths
    assert {one["method"] for one in found} == {"dacs"}
    assert len({one["sha256"] for one in found}) == 2
    assert teachers.lineage(TrainSettings(run=settings.run)) == {}


def test_a_teacher_of_other_classes_is_refused(settings):
    teachers.check(settings, CLASSES)
    with pytest.raises(ValueError, match=r"a knows the classes road, car, sky"):
        teachers.check(settings, ("sky", "car", "road"))


def test_a_teacher_that_is_not_there_is_refused_at_the_door(tmp_path):
    settings = TrainSettings(method="distil", teacher=str(tmp_path / "nobody"))
    with pytest.raises(ValueError, match="There is no model"):
        settings.look()
