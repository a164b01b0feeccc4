"""`tf_advseg suggest_labels`, on a segmenter that tells colours apart."""

import dataclasses
import json

import numpy as np
import pytest
import toy_runs
import toy_segmenter
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.commands import suggest_labels as command
from tf_advseg.datasets import FolderDomain
from tf_advseg.settings.suggest_labels import SuggestSettings

SIZE = (16, 32)


@pytest.fixture
def given(tmp_path):
    """The settings for a model and a camera without labels."""
    target = toy_runs.write_domain(tmp_path / "camera", labelled=False)
    (target / "classes.yaml").unlink()
    model = tmp_path / "model.keras"
    toy_segmenter.save_colour_segmenter(model, image_size=list(SIZE))
    return SuggestSettings(
        run=str(model),
        target=str(target),
        count=3,
        out=str(tmp_path / "out" / "to_label"),
    )


def suggest(settings, **changes):
    said = []
    settings = dataclasses.replace(settings, **changes)
    status = command.run(settings, said.append)
    return (
        status,
        "\n".join(said),
        json.loads(
            (command.Path(settings.out) / "suggestions.json").read_text()
        ),
    )


def test_images_none_of_which_can_be_read_are_a_sentence(given, tmp_path):
    folder = tmp_path / "broken" / "images"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"hello")
    with pytest.raises(DataError, match="None of the images could be read"):
        suggest(given, target=str(folder.parent))
    assert not (tmp_path / "out").exists()


def test_images_drafts_and_a_class_map_are_written(given, tmp_path):
    status, said, record = suggest(given)
    out = tmp_path / "out" / "to_label"
    assert status == 0
    names = [row["file"] for row in record["images"]]
    assert sorted(p.name for p in (out / "images").iterdir()) == sorted(names)
    assert names[0].startswith("001_") and len(names) == 3
    assert {p.name for p in (out / "drafts").iterdir()} == {
        "ids",
        "coco.json",
        "cvat.xml",
        "label_studio.json",
        "label_studio_view.xml",
        "cityscapes",
    }
    assert all(name in said for name in names)
    for row in record["images"]:
        before = Image.open(tmp_path / "camera" / row["key"])
        after = Image.open(out / "images" / row["file"])
        np.testing.assert_array_equal(before, after)
    # No folder of another name is left beside it.
    assert [p.name for p in out.parent.iterdir()] == ["to_label"]


def test_corrected_masks_are_a_labelled_domain(given, tmp_path):
    suggest(given)
    out = tmp_path / "out" / "to_label"
    assert not FolderDomain(out).has_labels("train")  # Drafts are no labels.
    (out / "labels").mkdir()
    for file in (out / "drafts" / "ids").iterdir():
        file.rename(out / "labels" / file.name)
    domain = FolderDomain(out, class_set=toy_segmenter.CLASSES)
    assert domain.has_labels("train")
    assert len(domain.keys("train")) == 3
    key = domain.keys("train")[0]
    image = domain.read_image(key)
    np.testing.assert_array_equal(domain.read_label(key), image.argmax(-1))


def test_the_ranking_is_what_was_asked_for(given):
    _, _, record = suggest(given, rank_by="entropy", drafts="ids")
    assert record["rank_by"] == "entropy"
    entropies = [row["entropy"] for row in record["images"]]
    assert entropies == sorted(entropies, reverse=True)


def test_labels_of_the_target_are_never_read(given, tmp_path, monkeypatch):
    labelled = toy_runs.write_domain(tmp_path / "labelled")

    def refuse(self, key):
        raise AssertionError("a label was read")

    monkeypatch.setattr(FolderDomain, "read_label", refuse)
    status, _, record = suggest(given, target=str(labelled))
    assert status == 0
    assert len(record["images"]) == 3


def test_what_is_there_is_not_overwritten(given, tmp_path):
    (tmp_path / "out" / "to_label").mkdir(parents=True)
    with pytest.raises(ValueError, match="somebody has corrected"):
        command.run(given)


def test_more_than_there_are_is_all(given):
    assert len(suggest(given, count=100)[2]["images"]) == 6


def test_a_file_has_no_target_of_its_own(given):
    with pytest.raises(ValueError, match="give --target"):
        command.run(dataclasses.replace(given, target=""))


def test_a_run_says_what_its_target_is(given, tmp_path):
    source = toy_runs.write_domain(tmp_path / "source")
    target = command.Path(given.target)
    run = toy_runs.write_run(tmp_path / "run", "advent", source, target)
    _, _, record = suggest(given, run=str(run), target="")
    assert record["target"] == "camera"


def test_the_wrong_format_is_named():
    with pytest.raises(ValueError, match="Did you mean 'coco'"):
        SuggestSettings(run="x", drafts="cocoa")
    with pytest.raises(ValueError, match="Say whose model"):
        SuggestSettings()


def test_it_is_said_how_many_files_are_taken_and_left_out(given, tmp_path):
    (tmp_path / "camera/images/x.heic").touch()
    said = suggest(given)[1].splitlines()
    images = tmp_path / "camera/images"
    assert said[1] == (
        f"camera/train: 6 images taken; in {str(images)!r} 1 left out: "
        "1 of a kind that is not read (.heic 1)."
    )
