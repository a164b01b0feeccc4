"""The doctor lists what was left out, and what shares or lacks labels."""

import numpy as np
import pytest
from toy_domains import write_folder
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.commands import check_data
from tf_advseg.settings.check_data import CheckSettings


def report(source):
    lines = []
    check_data.run(CheckSettings(source=str(source)), lines.append)
    return "\n".join(lines)


def test_files_of_other_kinds_are_counted_and_named(tmp_path):
    root = write_folder(tmp_path / "renders")
    (root / "images/a.heic").touch()
    assert "(left_out) in renders/train: Files of" in report(root)
    assert "3 files taken; 1 left out: 1 of a kind that is not read" in report(
        root
    )


def test_several_images_of_one_label_are_named(tmp_path):
    root = write_folder(tmp_path / "renders")
    write_image(root / "images/0.jpg", value=77)
    text = report(root)
    assert "(shared_label) in renders/train: 2 images have a label that" in text
    assert "shared_label" not in report(write_folder(tmp_path / "others"))


@pytest.mark.parametrize(
    ("data", "image", "label", "pattern"),
    [
        (
            "cityscapes",
            "leftImg8bit/train/bonn/bonn_000000_000019_leftImg8bit.png",
            "gtFine/train/bonn/bonn_000000_000019_gtFine_labelTrainIds.png",
            "gtFine/train/*/*_gtFine_labelIds.png",
        ),
        (
            "idd",
            "leftImg8bit/train/5/000000_leftImg8bit.png",
            "gtFine/train/5/000000_gtFine_labellevel3Ids.png",
            "gtFine/train/*/*_gtFine_labelids.png",
        ),
    ],
)
def test_a_published_set_says_which_labels_it_looked_for(
    tmp_path, data, image, label, pattern
):
    write_image(tmp_path / image)
    write_label(tmp_path / label, np.ones((8, 16)))
    text = report(f"{data}:{tmp_path}")
    assert f"Looked for {pattern!r} below " in text
    assert f"; there is {label!r} instead." in text
