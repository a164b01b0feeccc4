"""Each format of drafts gives the mask back, by its tool or its schema."""

import json
from xml.etree import ElementTree

import hypothesis
import numpy as np
import pytest
from cityscapesscripts.helpers.annotation import Annotation
from cityscapesscripts.helpers.labels import trainId2label
from cityscapesscripts.preparation.json2labelImg import createLabelImage
from hypothesis.extra.numpy import arrays
from PIL import Image

from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.labelling import runs
from tf_advseg.labelling.drafts import cityscapes
from tf_advseg.labelling.drafts import coco
from tf_advseg.labelling.drafts import cvat
from tf_advseg.labelling.drafts import ids
from tf_advseg.labelling.drafts import label_studio
from tf_advseg.labelling.drafts.draft import Draft
from tf_advseg.labelling.drafts.formats import FORMATS
from tf_advseg.labelling.drafts.outlines import outlines
from tf_advseg.settings.suggest_labels import DRAFTS

CITY = CLASS_SETS["cityscapes19"]
RING = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1, 0],
        [0, 1, 2, 0, 1, 0],
        [0, 1, 0, 2, 1, 2],
        [0, 1, 1, 1, 1, 0],
    ],
    np.uint8,
)
MAPS = arrays(np.uint8, (7, 9), elements=hypothesis.strategies.integers(0, 3))


def drafts(*maps):
    found = list(maps) or [RING, RING[:, ::-1]]
    return [Draft(f"{i:03d}_a.b.png", m) for i, m in enumerate(found, 1)]


def test_the_settings_name_all_formats():
    assert tuple(FORMATS) == DRAFTS


def test_ids_are_train_ids(tmp_path):
    ids.write(tmp_path, drafts(), CITY)
    with Image.open(tmp_path / "ids" / "001_a.b.png") as picture:
        assert picture.mode == "L"
        np.testing.assert_array_equal(np.asarray(picture), RING)


def coco_mask(segmentation):
    """By cocodataset.org/#format-data and cocoapi's maskApi.h.

    "Run lengths, column by column, alternating, beginning with zeros."
    """
    flat = []
    for index, count in enumerate(segmentation["counts"]):
        flat += [index % 2] * count
    height, width = segmentation["size"]
    return np.array(flat, bool).reshape((width, height)).T


def test_coco_gives_the_mask_back(tmp_path):
    coco.write(tmp_path, drafts(), CITY)
    whole = json.loads((tmp_path / "coco.json").read_text())
    assert {"images", "annotations", "categories"} <= set(whole)
    names = {c["id"]: c["name"] for c in whole["categories"]}
    assert names[1] == "road" and len(names) == 19
    image = whole["images"][1]
    assert image == {
        "id": 2,
        "file_name": "002_a.b.png",
        "height": 5,
        "width": 6,
    }
    seen = np.full(RING.shape, 255)
    ids = set()
    for one in whole["annotations"]:
        ids.add(one["id"])
        if one["image_id"] != 2:
            continue
        mask = coco_mask(one["segmentation"])
        assert one["iscrowd"] == 1
        assert one["area"] == mask.sum()
        left, top, width, height = one["bbox"]
        inside = mask[top : top + height, left : left + width]
        assert inside.sum() == mask.sum()
        seen[mask] = CITY.names.index(names[one["category_id"]])
    assert len(ids) == len(whole["annotations"]) == 6
    np.testing.assert_array_equal(seen, RING[:, ::-1])


def cvat_map(image, names):
    """By docs.cvat.ai, "CVAT for images": runs in the box, zeros first."""
    size = int(image.get("height")), int(image.get("width"))
    seen = np.full(size, 255)
    for mask in image.findall("mask"):
        left, top, width, height = (
            int(mask.get(name)) for name in ("left", "top", "width", "height")
        )
        flat = []
        for index, count in enumerate(mask.get("rle").split(", ")):
            flat += [index % 2] * int(count)
        inside = np.array(flat, bool).reshape(height, width)
        box = seen[top : top + height, left : left + width]
        box[inside] = names.index(mask.get("label"))
    return seen


def test_cvat_gives_the_mask_back(tmp_path):
    cvat.write(tmp_path, drafts(), CITY)
    root = ElementTree.parse(tmp_path / "cvat.xml").getroot()
    assert root.tag == "annotations"
    assert root.findtext("version") == "1.1"
    labels = root.findall("meta/task/labels/label")
    assert [label.findtext("name") for label in labels] == list(CITY.names)
    assert labels[0].findtext("color") == "#804080"
    images = root.findall("image")
    assert [image.get("name") for image in images] == [
        "001_a.b.png",
        "002_a.b.png",
    ]
    np.testing.assert_array_equal(cvat_map(images[0], CITY.names), RING)


def unpacked(data):
    """By the text of thi.ng/umbrella's packages/rle-pack/README.

    Header: 32 bits number of words, 5 bits word size - 1, four times 4 bits
    count size - 1. Then chunks: a bit (1: a repeated word; 0: words as they
    are), two bits that choose the count size, count - 1, and the word(s).
    """
    bits = "".join(f"{byte:08b}" for byte in data)
    place = 0

    def take(count):
        nonlocal place
        place += count
        return int(bits[place - count : place], 2)

    total, word = take(32), take(5) + 1
    sizes = [take(4) + 1 for _ in range(4)]
    values = []
    while len(values) < total:
        repeated, count = take(1), take(2)
        count = take(sizes[count]) + 1
        if repeated:
            values += [take(word)] * count
        else:
            values += [take(word) for _ in range(count)]
    return np.array(values, np.uint8)


def test_label_studio_gives_the_mask_back(tmp_path):
    label_studio.write(tmp_path, drafts(), CITY)
    task = json.loads((tmp_path / "label_studio.json").read_text())[0]
    assert task["data"]["image"].endswith("images/001_a.b.png")
    view = ElementTree.parse(tmp_path / "label_studio_view.xml").getroot()
    brush, picture = view.find("BrushLabels"), view.find("Image")
    seen = np.full(RING.shape, 255)
    for one in task["predictions"][0]["result"]:
        assert one["type"] == "brushlabels"
        assert one["from_name"] == brush.get("name")
        assert one["to_name"] == brush.get("toName") == picture.get("name")
        assert (one["original_height"], one["original_width"]) == (5, 6)
        pixels = unpacked(one["value"]["rle"]).reshape(5, 6, 4)
        (name,) = one["value"]["brushlabels"]
        seen[pixels[..., 3] > 0] = CITY.names.index(name)
    np.testing.assert_array_equal(seen, RING)
    assert picture.get("value") == "$image"
    assert len(brush.findall("Label")) == 19


def test_runs_of_any_length_are_packed():
    mask = np.zeros((200, 300), bool)
    mask[0, 1] = mask[3:] = True
    pixels = unpacked(runs.packed(mask)).reshape(200, 300, 4)
    np.testing.assert_array_equal(pixels[..., 0], 255 * mask)


def painted(tmp_path, class_map):
    """What Cityscapes' own tools make of the polygons: train ids."""
    one = Draft("x.png", class_map)
    cityscapes.write(tmp_path, [one], CITY)
    file = tmp_path / "cityscapes" / "x_gtFine_polygons.json"
    annotation = Annotation()
    annotation.fromJsonFile(str(file))
    return np.asarray(createLabelImage(annotation, "trainIds"))


def test_cityscapes_tools_paint_the_mask_again(tmp_path):
    assert trainId2label[0].name == CITY.names[0]
    np.testing.assert_array_equal(painted(tmp_path, RING), RING)


@hypothesis.settings(deadline=None, max_examples=60)
@hypothesis.given(MAPS)
def test_cityscapes_tools_paint_any_mask_again(tmp_path_factory, class_map):
    folder = tmp_path_factory.mktemp("polygons")
    np.testing.assert_array_equal(painted(folder, class_map), class_map)


def test_a_pixel_is_a_polygon_of_its_own():
    assert outlines(np.array([[False, True]])) == [(1, [[1, 0]] * 3)]


def test_outlines_keep_corners_alone():
    square = np.zeros((5, 5), bool)
    square[1:4, 1:4] = True
    ((area, points),) = outlines(square)
    assert area == 9
    assert sorted(points) == [[1, 1], [1, 3], [3, 1], [3, 3]]


def test_regions_that_touch_in_a_corner_are_two():
    assert len(outlines(np.eye(2, dtype=bool))) == 2


@pytest.mark.parametrize("write", FORMATS.values())
def test_names_of_classes_are_other_peoples(tmp_path, write):
    odd = ClassSet("odd", ('<a&"b">', "ü"), ((0, 0, 0), (1, 2, 3)))
    write(tmp_path, drafts(np.array([[0, 1]], np.uint8)), odd)
    for file in tmp_path.rglob("*.xml"):
        ElementTree.parse(file)
    for file in tmp_path.rglob("*.json"):
        json.loads(file.read_text())
