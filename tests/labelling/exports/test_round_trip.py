"""Drafts for annotation tools come back as the maps that they were made of."""

import json

import numpy as np
import pytest
import toy_exports as toys

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.experiment.data.few_labels import check_apart
from tf_advseg.experiment.data.few_labels import make_few_labels
from tf_advseg.labelling.drafts.draft import Draft
from tf_advseg.labelling.drafts.formats import FORMATS
from tf_advseg.labelling.exports import formats
from tf_advseg.settings.import_labels import EXPORTS

CLASSES = ClassSet(
    "three", ("road", "car", "sky"), ((1, 2, 3), (4, 5, 6), (7, 8, 9))
)
NAMES = ("001_a.b.png", "002_c.png")
MAPS = np.random.default_rng(0).integers(0, 3, (2, *toys.SIZE)).astype(np.uint8)
FILES = {
    "coco": "coco.json",
    "cvat": "cvat.xml",
    "label_studio": "label_studio.json",
}


@pytest.fixture
def given(tmp_path):
    """Images, drafts of them, and a class map."""
    toys.photos(tmp_path / "photos", NAMES)
    (tmp_path / "drafts").mkdir()
    return tmp_path


def exported(given, name):
    """The drafts, as a tool gives them back that nobody corrected in."""
    drafts = [Draft(n, m) for n, m in zip(NAMES, MAPS, strict=True)]
    FORMATS[name](given / "drafts", drafts, CLASSES)
    file = given / "drafts" / FILES[name]
    if name == "label_studio":
        # Whoever submits a prediction makes an annotation of it.
        tasks = json.loads(file.read_text())
        for task in tasks:
            (guess,) = task["predictions"]
            task["annotations"] = [{"id": 1, "result": guess["result"]}]
        file.write_text(json.dumps(tasks))
    return file


def test_the_settings_name_all_formats():
    assert tuple(formats.FORMATS) == EXPORTS


@pytest.mark.parametrize("name", FILES)
def test_drafts_come_back_as_labelled_images_of_the_target(given, name):
    _, said, out = toys.run(exported(given, name), given)
    assert f"format {name!r}" in said
    assert "claimed by several" not in said
    assert "0.0% of the pixels are ignored" in said
    toys.photos(given / "target/images", NAMES)
    target = FolderDomain(given / "target", class_set=CLASSES)
    few = make_few_labels(str(out), target, target)
    keys = few.keys("train")
    assert [key.removeprefix("images/") for key in keys] == [*NAMES]
    for key, expected in zip(keys, MAPS, strict=True):
        np.testing.assert_array_equal(few.read_label(key), expected)


@pytest.mark.parametrize("images", ["suggested", "suggested/images"])
def test_suggested_images_are_still_known_to_be_evaluated_on(given, images):
    """`suggest_labels` writes images anew: their bytes do not tell."""
    suggested = toys.photos(given / "suggested/images", NAMES).parent
    record = {
        "target": "target",
        "images": [{"file": NAMES[0], "key": "images/val/x.png"}],
    }
    (suggested / "suggestions.json").write_text(json.dumps(record))
    export = exported(given, "coco")
    _, _, out = toys.run(export, given, images=str(given / images))
    toys.photos(given / "target/images", ["train/y.png", "val/x.png"], (9, 9))
    toys.photos(given / "target/labels", ["val/x.png"], (9, 9))
    target = FolderDomain(given / "target", class_set=CLASSES)
    few = make_few_labels(str(out), target, target)
    with pytest.raises(DataError, match=rf"images/{NAMES[0]}"):
        check_apart(few, target, "val")
