"""`tf_advseg evaluate`, end to end, on a segmenter of colours."""

import json

import numpy as np
import pytest
import toy_segmenter
from PIL import Image
from toy_segmenter import GREEN
from toy_segmenter import RED
from toy_segmenter import paint

from tf_advseg.base.checks import DataError
from tf_advseg.commands import evaluate as evaluation_command
from tf_advseg.networks.model_file import copy_segmenter
from tf_advseg.settings.evaluate import EvaluateSettings

MAP = np.array([[RED, RED, GREEN, GREEN]], np.uint8)
LABEL = np.array([[RED, GREEN, GREEN, 255]], np.uint8)


@pytest.fixture
def model(tmp_path):
    return toy_segmenter.save_colour_segmenter(tmp_path / "model.keras")


@pytest.fixture
def camera(tmp_path):
    """A split `val` of two equal images with labels, `new` without."""
    root = tmp_path / "camera"
    for name in ("val/images/a", "val/images/b", "new/images/c"):
        path = root / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(paint(MAP)).save(path)
    for name in "ab":
        path = root / f"val/labels/{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(LABEL).save(path)
    return root


def _run(model, target, **options):
    """Returns the exit status and the report."""
    report = []
    settings = EvaluateSettings(model=str(model), target=str(target), **options)
    status = evaluation_command.run(settings, report.append)
    return status, "\n".join(report)


def test_the_report_has_the_iou_of_each_class(model, camera):
    status, report = _run(model, camera)
    assert status == 0
    # Each image: one red right, one of two greens right, the last ignored.
    rows = [line.split() for line in report.splitlines()]
    assert ["red", "50.00", "33.33"] in rows
    assert ["green", "50.00", "66.67"] in rows
    assert ["blue", "absent", "0.00"] in rows
    assert ["mean", "IoU", "50.00"] in rows
    assert "tf_advseg_metric miou=50.0000" in report


def test_masks_that_lose_what_255_stands_for_are_said(model, camera):
    for name in "ab":
        label = np.array([[RED, RED, RED, 255]], np.uint8)
        Image.fromarray(label).save(camera / f"val/labels/{name}.png")
    status, report = _run(model, camera)
    assert status == 0
    assert "warning: The labels of 'camera' hold one class and 255" in report


def test_labels_are_read_as_the_models_source_was(model, camera):
    classes = {"red": 7, "green": 9, "blue": 11}
    table = {
        "labels_are": "ids",
        "train_ids": [[7, RED], [9, GREEN], [11, 2], [255, 255]],
        "implied": [255],
    }
    copy_segmenter(model, model.with_name("new.keras"), {"label_table": table})
    ids = [[classes["red"], classes["green"], classes["green"], 255]]
    for name in "ab":
        path = camera / f"val/labels/{name}.png"
        Image.fromarray(np.array(ids, np.uint8)).save(path)
    status, report = _run(model.with_name("new.keras"), camera)
    assert status == 0
    assert "tf_advseg_metric miou=50.0000" in report


def test_subsets_and_confusion_are_shown_on_request(model, camera):
    _, report = _run(model, camera, subsets="red,red+blue", confusion=True)
    assert "mean of red+blue   50.00" in report
    assert "truth \\ predicted" in report


def test_an_unknown_class_in_a_subset_is_named(model, camera):
    with pytest.raises(ValueError, match="needs the classes pink"):
        _run(model, camera, subsets="red+pink")


def test_files_are_written(model, camera, tmp_path):
    out = tmp_path / "out"
    _run(model, camera, out=str(out))
    found = json.loads((out / "evaluation.json").read_text())
    assert found["confusion"] == [[2, 0, 0], [2, 2, 0], [0, 0, 0]]
    assert found["split"] == "val"
    assert (out / "confusion.csv").read_text().startswith("truth\\predicted")
    assert "mean IoU" in (out / "iou.txt").read_text()
    with Image.open(out / "confusion.png") as picture:
        assert picture.mode == "RGB"


def test_without_labels_the_predictions_are_described(model, camera, tmp_path):
    out = tmp_path / "out"
    status, report = _run(model, camera, split="new", out=str(out))
    assert status == 0
    assert "has no labels" in report
    rows = [line.split() for line in report.splitlines()]
    assert ["red", "50.00"] in rows
    found = json.loads((out / "observation.json").read_text())
    assert found["class_shares"]["green"] == 0.5


def test_a_corrupt_image_is_named_and_the_status_says_so(model, camera):
    (camera / "val/images/a.png").write_bytes(b"")
    status, report = _run(model, camera)
    assert status == 3
    assert "a.png' is empty" in report
    assert "tf_advseg_metric miou=50.0000" in report


def test_a_domain_of_other_classes_is_refused(model):
    with pytest.raises(ValueError, match="The model predicts red, green, blue"):
        _run(model, "streets-real")


def test_two_models_are_weighted(camera, tmp_path):
    models = [
        toy_segmenter.save_colour_segmenter(
            tmp_path / f"{index}.keras", factors=factors
        )
        for index, factors in enumerate(((1, 0, 0), (0, 1, 0)))
    ]
    grey = np.full((1, 4, 3), 90, np.uint8)
    for name in "ab":
        Image.fromarray(grey).save(camera / f"val/images/{name}.png")
    both = ",".join(map(str, models))
    # All red: 1 of 3 pixels right. All green: 2 of 3.
    for weights, accuracy in (("2,1", "33.33"), ("1,2", "66.67")):
        _, report = _run(both, camera, ensemble_weights=weights)
        assert f"pixel accuracy   {accuracy}" in report


def test_several_looks_are_told_of(model, camera, tmp_path):
    out = tmp_path / "evaluation"
    options = {"tta_scales": "1,2", "tta_flip": True}
    _, report = _run(model, camera, out=str(out), **options)
    looks = "1, 1 mirrored, 2, 2 mirrored"
    assert f"Each is seen at these factors of its size: {looks}." in report
    facts = json.loads((out / "evaluation.json").read_text())
    assert facts["views"] == looks


def test_a_window_is_told_of(model, camera, tmp_path):
    out = tmp_path / "evaluation"
    _, report = _run(model, camera, out=str(out), window="2x2", overlap=0.25)
    assert "Each is seen through a window of 2x2, overlap 0.25." in report
    facts = json.loads((out / "evaluation.json").read_text())
    assert facts["window"] == "2x2, overlap 0.25"


def test_an_evaluation_of_no_image_is_no_evaluation(model, camera, tmp_path):
    for name in "ab":
        (camera / f"val/images/{name}.png").write_bytes(b"no image")
    with pytest.raises(DataError, match="None of the 2 images of split 'val'"):
        _run(model, camera, out=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
