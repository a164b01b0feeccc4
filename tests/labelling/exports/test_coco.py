"""COCO's JSON becomes labels, by numbers that a person can work out."""

import json

import hypothesis
import numpy as np
import pytest
import toy_exports as toys
from hypothesis.extra.numpy import arrays
from PIL import Image
from pycocotools import mask as official

from tf_advseg.base.checks import DataError
from tf_advseg.labelling.exports.coco import counts_of

ROAD = {"category_id": 1, "segmentation": [toys.box(0, 2, 6, 5)]}
CAR = {"category_id": 2, "segmentation": [toys.box(1, 1, 3, 4)]}
BOTH = toys.painted((0, (2, 5), (0, 6)), (1, (1, 4), (1, 3)))


@pytest.fixture
def given(tmp_path):
    toys.photos(tmp_path / "photos")
    return tmp_path


def test_polygons_become_a_label(given):
    export = toys.coco(given / "x.json", [CAR, ROAD])
    status, said, out = toys.run(export, given)
    np.testing.assert_array_equal(toys.label(out), BOTH)
    assert status == 0
    assert "format 'coco': 1 labelled images, 2 classes (road, car)" in said
    assert "4 pixels of 1 images are claimed by several classes" in said
    assert "the smaller area lies on top" in said
    assert "1 files of images without a label (b.png)" in said
    # 30 pixels: 18 of the road, 2 of the car above it.
    assert "33.3% of the pixels are ignored" in said
    before = (given / "photos/a.png").read_bytes()
    assert (out / "images/a.png").read_bytes() == before
    assert not (out / "images/b.png").exists()
    assert json.loads((out / "import.json").read_text())["read_as"] == "coco"


@pytest.mark.parametrize("as_text", [False, True])
def test_run_lengths_go_down_columns(given, as_text):
    mask = BOTH == 1
    runs = official.encode(np.asfortranarray(mask.astype(np.uint8)))
    counts = runs["counts"].decode() if as_text else [6, 3, 2, 3, 16]
    one = {
        "category_id": 2,
        "segmentation": {"size": [5, 6], "counts": counts},
        "iscrowd": 1,
    }
    _, _, out = toys.run(toys.coco(given / "x.json", [one]), given)
    np.testing.assert_array_equal(toys.label(out), np.where(mask, 1, 255))


@hypothesis.settings(deadline=None, max_examples=100)
@hypothesis.given(arrays(bool, (7, 40)))
def test_texts_of_run_lengths_are_read_as_cocos_tools_write_them(mask):
    runs = official.encode(np.asfortranarray(mask.astype(np.uint8)))
    counts = counts_of(runs["counts"].decode())
    flat = np.repeat(np.arange(len(counts)) % 2, counts)
    np.testing.assert_array_equal(flat.reshape(40, 7).T, mask)


@pytest.mark.parametrize("text", ["", "0", "oooo", "~~", "ü", "P" * 40])
def test_damaged_texts_of_run_lengths_are_a_sentence(given, text):
    value = {"size": [5, 6], "counts": text}
    one = {"category_id": 1, "segmentation": value}
    export = toys.coco(given / "x.json", [one])
    with pytest.raises(DataError, match=r"nnotation 1 of 'a.png'|damaged|cut"):
        toys.run(export, given)


def test_unlabelled_pixels_become_a_class(given):
    export = toys.coco(given / "x.json", [CAR])
    _, said, out = toys.run(export, given, unlabelled="background")
    expected = np.where(BOTH == 1, 1, 2)  # road, car, background
    np.testing.assert_array_equal(toys.label(out), expected)
    assert "Classes that never occur: road." in said
    assert "unlabelled ones are 'background'" in said
    assert "name: background" in (out / "classes.yaml").read_text()


def test_unlabelled_pixels_become_a_class_of_the_export(given):
    export = toys.coco(given / "x.json", [CAR])
    _, _, out = toys.run(export, given, unlabelled="road")
    np.testing.assert_array_equal(toys.label(out), np.where(BOTH == 1, 1, 0))


def test_boxes_are_refused_or_counted(given):
    bare = {"category_id": 2, "bbox": [0, 0, 2, 2], "segmentation": []}
    export = toys.coco(given / "x.json", [CAR, bare])
    with pytest.raises(DataError, match=r"1 boxes without a segm.*tion 2"):
        toys.run(export, given)
    assert not (given / "out").exists()
    _, said, _ = toys.run(export, given, other_shapes="leave_out")
    assert "1 boxes without a segmentation (annotation 2)" in said


def test_what_is_left_out_is_counted(given):
    stray = {**CAR, "image_id": 77}
    gone = {**CAR, "image_id": 3}
    export = toys.coco(
        given / "x.json", [CAR, stray, gone], ("a.png", "b.png", "c.png")
    )
    status, said, _ = toys.run(export, given)
    assert "1 annotations of images that it lacks (annotation 2)" in said
    assert "1 images without a segmentation (b.png)" in said
    assert "1 images whose file is not there (c.png)" in said
    assert status == 3


def test_an_image_of_another_size_is_named(given):
    toys.photos(given / "photos", ["a.png"], (6, 5))
    export = toys.coco(given / "x.json", [CAR])
    with pytest.raises(DataError, match=r"a.png' has the size \(6, 5\).*EXIF"):
        toys.run(export, given)
    assert not (given / "out").exists()
    assert sorted(p.name for p in given.iterdir()) == ["photos", "x.json"]


@pytest.mark.parametrize(
    "name", ["../a.png", "/etc/a.png", "x/../../a.png", "C:\\a.png", "", "a\n"]
)
def test_names_that_climb_out_are_refused(given, name):
    export = toys.coco(given / "x.json", [CAR], [name])
    with pytest.raises(DataError, match="expected a path below"):
        toys.run(export, given)


def test_folders_are_taken_off_a_name_until_it_is_found(given):
    export = toys.coco(given / "x.json", [CAR], ["upload\\2\\a.png"])
    _, _, out = toys.run(export, given)
    assert toys.label(out).min() == 1


def test_two_labels_of_one_image_are_refused(given):
    export = toys.coco(
        given / "x.json", [CAR, {**CAR, "image_id": 2}], ["1/a.png", "2/a.png"]
    )
    with pytest.raises(DataError, match=r"2 labels of the image 'a.png'"):
        toys.run(export, given)


def test_images_whose_labels_would_have_one_name_are_refused(given):
    photo = Image.open(given / "photos/a.png")
    photo.save(given / "photos/A.jpg")
    export = toys.coco(
        given / "x.json", [CAR, {**CAR, "image_id": 2}], ["a.png", "A.jpg"]
    )
    with pytest.raises(DataError, match=r"'a.png' and 'A.jpg' differ"):
        toys.run(export, given)


def test_images_that_a_folder_of_data_leaves_out_are_refused(given):
    toys.photos(given / "photos", ["masks/c.png"])
    export = toys.coco(
        given / "x.json",
        [CAR, {**CAR, "image_id": 2}],
        ["a.png", "masks/c.png"],
    )
    with pytest.raises(DataError, match=r"leaves out, 'masks/c.png' first"):
        toys.run(export, given)
    assert not (given / "out").exists()


def test_images_are_linked_to(given):
    export = toys.coco(given / "x.json", [CAR])
    _, said, out = toys.run(export, given, link=True)
    assert (out / "images/a.png").is_symlink()
    assert (out / "images/a.png").resolve() == given / "photos/a.png"
    assert "linked to" in said


def test_classes_have_the_order_of_a_class_map(given):
    (given / "c.yaml").write_text(
        "classes:\n- {name: sky, id: 0}\n- {name: car, id: 1}\n"
        "- {name: road, id: 2}\n"
    )
    export = toys.coco(given / "x.json", [ROAD])
    _, _, out = toys.run(export, given, class_order=str(given / "c.yaml"))
    assert set(np.unique(toys.label(out))) == {2, 255}
    (given / "c.yaml").write_text("classes:\n- {name: car, id: 1}\n")
    with pytest.raises(DataError, match="the class 'road', which"):
        toys.run(
            export,
            given / "..",
            class_order=str(given / "c.yaml"),
            images=str(given / "photos"),
        )


def test_what_is_there_is_not_written_over(given):
    export = toys.coco(given / "x.json", [CAR])
    toys.run(export, given)
    with pytest.raises(ValueError, match="is there already"):
        toys.run(export, given)


@pytest.mark.parametrize(
    "text, message",
    [
        ("[[", "no valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": 1}', "no export that is known"),
        ('[{"image": "a.png"}]', "JSON-MIN"),
        ('{"images": 3, "categories": [], "annotations": []}', "as expected"),
        ('{"images": [{}], "categories": []}', "has no 'id'"),
        ('{"images": [{"id": []}], "categories": []}', "as expected"),
        (
            '{"images": [{"id": 1}, {"id": 1}], "categories": []}',
            "the image 1 twice",
        ),
        (
            '{"images": [], "categories": [{"id": 1, "name": "a"}, '
            '{"id": 2, "name": "a"}], "annotations": []}',
            "two categories 'a'",
        ),
        (
            '{"images": [], "categories": [], "annotations": []}',
            "no labelled image",
        ),
    ],
)
def test_what_is_no_export_is_a_sentence(given, text, message):
    (given / "x.json").write_text(text)
    with pytest.raises(DataError, match=message):
        toys.run(given / "x.json", given)


def test_an_archive_has_its_images_along(given):
    export = toys.coco(given / "x.json", [CAR])
    archive = toys.packed(
        given / "x.zip",
        {
            "annotations/instances.json": export,
            "images/a.png": given / "photos/a.png",
        },
    )
    _, _, out = toys.run(archive, given, images="")
    assert toys.label(out).min() == 1
    assert (out / "images/a.png").is_file()


def test_one_of_several_files_in_an_archive_is_named(given):
    export = toys.coco(given / "x.json", [CAR])
    archive = toys.packed(given / "x.zip", {"1.json": export, "2.json": "{}"})
    with pytest.raises(DataError, match=r"say which: .*x.zip/1.json"):
        toys.run(archive, given)
    _, _, out = toys.run(f"{archive}/1.json", given)
    assert toys.label(out).min() == 1


def test_an_archive_that_climbs_out_is_refused(given):
    export = toys.coco(given / "x.json", [CAR])
    archive = toys.packed(given / "x.zip", {"../x.json": export})
    with pytest.raises(DataError, match="climbs out"):
        toys.run(archive, given)


def panoptic(given, colour=(2, 1, 0)):
    picture = np.zeros((*toys.SIZE, 3), np.uint8)
    picture[1:4, 1:3] = colour
    (given / "pan").mkdir()
    Image.fromarray(picture).save(given / "pan/a.png")
    segment = {"id": 2 + 256, "category_id": 2}
    one = {"file_name": "a.png", "segments_info": [segment]}
    return toys.coco(given / "pan.json", [one])


def test_panoptic_segments_become_a_label(given):
    _, said, out = toys.run(panoptic(given), given)
    assert "'coco_panoptic'" in said
    np.testing.assert_array_equal(toys.label(out), np.where(BOTH == 1, 1, 255))


def test_a_segment_that_is_not_listed_is_an_error(given):
    with pytest.raises(DataError, match="hold the id 3, which"):
        toys.run(panoptic(given, (3, 0, 0)), given)
