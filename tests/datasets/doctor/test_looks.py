"""The doctor, on later pictures, colours under transparency, equal colours."""

import numpy as np
import pytest
from PIL import Image
from toy_domains import write_folder
from toy_domains import write_image

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.doctor import examine
from tf_advseg.datasets.doctor import surveying


def findings(root):
    survey = surveying.survey(FolderDomain(root), "train", "source")
    return {finding.code: finding for finding in examine([survey])}


@pytest.mark.parametrize("ending", ["gif", "png", "tif", "webp"])
def test_files_of_several_pictures_are_named(tmp_path, ending):
    root = write_folder(tmp_path / "renders")
    (root / "images/1.png").unlink()
    values = [0, 99, 255]
    first, *later = [Image.new("RGB", (16, 8), (v, v, 0)) for v in values]
    path = root / f"images/1.{ending}"
    first.save(path, save_all=True, append_images=later)
    finding = findings(root)["several_pictures"]
    assert finding.files == (str(path),)
    assert "of which the first is read and 2 are left out" in finding.sentence


def test_single_pictures_are_no_finding(tmp_path):
    assert "several_pictures" not in findings(write_folder(tmp_path / "r"))


def write_colours(root, alpha):
    write_image(root / "images/a.png", (4, 4))
    label = np.zeros((4, 4, 4), np.uint8)
    label[:2, :, 0], label[..., 3] = 9, 255
    label[0, 0, 3] = alpha
    (root / "labels").mkdir()
    Image.fromarray(label).save(root / "labels/a.png")
    (root / "classes.yaml").write_text(
        "classes: [{name: a, color: [9, 0, 0]}, {name: b, color: [0, 0, 0]}]"
    )
    return root


def test_colours_that_nobody_sees_are_named(tmp_path):
    finding = findings(write_colours(tmp_path / "one", 0))["transparent_label"]
    assert finding.files == (str(tmp_path / "one/labels/a.png"),)
    found = findings(write_colours(tmp_path / "two", 255))
    assert "transparent_label" not in found


def test_classes_of_one_colour_are_named(tmp_path):
    root = write_folder(tmp_path / "renders")
    (root / "classes.yaml").write_text(
        "classes: [{name: road, id: 0, color: [1, 2, 3]}, {name: car, id: 1},"
        " {name: sky, id: 2, color: [1, 2, 3]}]"
    )
    finding = findings(root)["same_colour"]
    assert finding.sentence == "Classes of one colour: road and sky."
    assert "same_colour" not in findings(write_folder(tmp_path / "others"))
