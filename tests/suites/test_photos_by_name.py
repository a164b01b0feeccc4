"""What is a photo by its name: one list of cases over all who list folders."""

import pytest
from PIL import Image

from tf_advseg.datasets import ClassSet
from tf_advseg.datasets import FolderDomain
from tf_advseg.export.edge.images import files as edge
from tf_advseg.prediction import find_inputs

CASES = {
    "labels in a folder beside": ("a.jpg", "labels/a.png", "LABELS2/x.jpg"),
    "other names of such folders": (
        "a.jpg",
        "Masks/a.png",
        "gt/a.png",
        "SegmentationClass/a.png",
    ),
    "deeper, they are somebody's photos": ("a.jpg", "town/labels/b.jpg"),
    "masks among photos": (
        "a.jpg",
        "a_mask.png",
        "b.jpg",
        "b-Label.tif",
        "c.jpg",
        "mask_c.bmp",
        "d.png",
        "d_gtFine_labelIds.png",
    ),
    "what is named alike, without the photo": ("a_mask.png", "b.jpg"),
    "JPEGs hold no labels": ("a.jpg", "a_mask.jpg"),
    "suffixes of images": ("a_leftImg8bit.png", "a_gtFine_color.png"),
    "one stem, two kinds": ("a.jpg", "b.jpg", "sub/b_seg.png"),
    "accents in two spellings": ("caf\u00e9.jpg", "cafe\u0301_mask.png"),
    "thumbnails": ("a.jpg", "@eaDir/a.jpg/S.jpg", "sub/.thumbnails/a.jpg"),
    "hidden": ("a.jpg", ".b.jpg", ".git/c.jpg"),
    "kinds": ("a.jfif", "b.JPE", "c.heic", "d", "e.txt", "f.GIF"),
}
PHOTOS = {
    "labels in a folder beside": ["LABELS2/x", "a"],
    "other names of such folders": ["a"],
    "deeper, they are somebody's photos": ["a", "town/labels/b"],
    "masks among photos": ["a", "b", "c", "d"],
    "what is named alike, without the photo": ["a_mask", "b"],
    "JPEGs hold no labels": ["a", "a_mask"],
    "suffixes of images": ["a_leftImg8bit"],
    "one stem, two kinds": ["a", "b", "sub/b_seg"],
    "accents in two spellings": ["caf\u00e9"],
    "thumbnails": ["a"],
    "hidden": ["a"],
    "kinds": ["a", "b", "f"],
}


@pytest.fixture(params=CASES)
def photos(request, tmp_path):
    """A folder of a case, and the names of its photos."""
    for name in CASES[request.param]:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            Image.new("RGB", (2, 2)).save(file, "png")
    return tmp_path / "photos", PHOTOS[request.param]


@pytest.mark.parametrize("suffix", ["", "/**/*"])
def test_predict_and_the_edge_runner_take_the_same_photos(photos, suffix):
    folder, expected = photos
    for find in (find_inputs, edge.find_images):
        found = find(f"{folder}{suffix}")
        assert [file.name for file in found] == expected, find


def test_training_takes_them_too(photos):
    folder, expected = photos
    colours = ClassSet("two", ("a", "b"), ((0, 0, 0), (9, 9, 9)))
    keys = FolderDomain(folder, class_set=colours).keys("train")
    assert [key.rpartition(".")[0] for key in keys] == expected
