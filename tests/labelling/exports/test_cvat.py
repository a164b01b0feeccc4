"""CVAT's XML, and its pictures of colours, become labels."""

import numpy as np
import pytest
import toy_exports as toys
from PIL import Image

from tf_advseg.base.checks import DataError

LABELS = (
    "<meta><task><labels>"
    "<label><name>road</name><color>#804080</color></label>"
    "<label><name>car</name><color>#00008e</color></label>"
    "</labels></task></meta>"
)
CAR = '<polygon label="car" points="1,1;3,1;3,4;1,4" z_order="0"/>'
ROAD = (
    '<mask label="road" rle="0, 6" left="0" top="2" width="6" height="1" '
    'z_order="0"/>'
)
BOTH = toys.painted((0, (2, 3), (0, 6)), (1, (1, 4), (1, 3)))
"""Both have six pixels: the later lies on top."""


@pytest.fixture
def given(tmp_path):
    toys.photos(tmp_path / "photos")
    return tmp_path


def image(*shapes, name="a.png", size=toys.SIZE) -> str:
    return (
        f'<image id="0" name="{name}" width="{size[1]}" height="{size[0]}">'
        f"{''.join(shapes)}</image>"
    )


def xml(given, *images, before=""):
    path = given / "annotations.xml"
    text = "".join(images)
    path.write_text(f"{before}<annotations>{LABELS}{text}</annotations>")
    return path


def test_polygons_and_masks_become_a_label(given):
    status, said, out = toys.run(xml(given, image(ROAD, CAR)), given)
    np.testing.assert_array_equal(toys.label(out), BOTH)
    assert status == 0
    assert "format 'cvat'" in said
    assert "[128, 64, 128]" in str(
        toys.classes(out)["classes"]
    )  # CVAT's own colour.


def test_z_order_says_what_lies_on_top(given):
    front = ROAD.replace('z_order="0"', 'z_order="3"')
    _, said, out = toys.run(xml(given, image(front, CAR)), given)
    expected = toys.painted((1, (1, 4), (1, 3)), (0, (2, 3), (0, 6)))
    np.testing.assert_array_equal(toys.label(out), expected)
    assert "2 pixels of 1 images" in said


@pytest.mark.parametrize(
    "shape, kind",
    [
        ('<box label="car" xtl="0" ytl="0" xbr="1" ybr="1"/>', "boxes"),
        ('<polyline label="car" points="0,0;1,1"/>', "polyline"),
        ('<ellipse label="car" cx="1" cy="1" rx="1" ry="1"/>', "ellipses"),
    ],
)
def test_shapes_that_outline_nothing_are_refused_by_name(given, shape, kind):
    export = xml(given, image(ROAD, shape))
    with pytest.raises(DataError, match=rf"1 {kind} \(a.png\)"):
        toys.run(export, given)
    _, said, _ = toys.run(export, given, other_shapes="leave_out")
    assert f"Left out: 1 {kind} (a.png)." in said


def test_images_without_a_shape_are_counted(given):
    export = xml(given, image(ROAD), image("<tag/>", name="b.png"))
    _, said, _ = toys.run(export, given)
    assert "1 images without a polygon or mask (b.png)" in said
    assert "1 tags (b.png)" in said


@pytest.mark.parametrize(
    "shape, message",
    [
        (CAR.replace("car", "cat"), "the class 'cat', which the export does"),
        (CAR.replace("1,1;3,1", "1;3,1"), "polygon 'car' of 'a.png'"),
        (CAR.replace(";3,4;1,4", ""), "three points"),
        (ROAD.replace("0, 6", "0, 7"), "mask 'road' of 'a.png'"),
        (ROAD.replace('left="0"', 'left="1"'), "does not lie in the image"),
        (ROAD.replace('left="0"', 'left="-1"'), "does not lie in the image"),
        (ROAD.replace('rle="0, 6" ', ""), "has no 'rle'"),
        (ROAD.replace('z_order="0"', 'z_order="x"'), "shape of 'a.png'"),
    ],
)
def test_a_damaged_shape_is_a_sentence(given, shape, message):
    with pytest.raises(DataError, match=message):
        toys.run(xml(given, image(shape)), given)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
THIEF = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("before", [BOMB, THIEF])
def test_document_types_and_entities_are_refused(given, before):
    with pytest.raises(DataError, match="declares a document type"):
        toys.run(xml(given, image(ROAD), before=before), given)


@pytest.mark.parametrize(
    "text, message",
    [
        ("<annotations>", "no valid XML"),
        ("<html></html>", "root is <html>"),
        ("<annotations><track/></annotations>", "tracks of videos"),
        ("<a>" * 50_000 + "</a>" * 50_000, "root is <a>"),
        (
            "<annotations><image id='1'/></annotations>",
            "has no 'name'",
        ),
    ],
)
def test_what_is_no_export_is_a_sentence(given, text, message):
    (given / "x.xml").write_text(text)
    with pytest.raises(DataError, match=message):
        toys.run(given / "x.xml", given)


def test_names_that_climb_out_are_refused(given):
    export = xml(given, image(ROAD, name="../../a.png"))
    with pytest.raises(DataError, match="expected a path below"):
        toys.run(export, given)


COLOURS = (
    "# label:color_rgb:parts:actions\n"
    "background:0,0,0::\nroad:128,64,128::\ncar:0,0,142::\n"
)


def masks(given, colours=COLOURS, with_images=True, size=toys.SIZE):
    """The zip file, of the label `BOTH` in colours."""
    palette = np.zeros((256, 3), np.uint8)
    palette[:2] = (128, 64, 128), (0, 0, 142)
    label = np.resize(palette[BOTH], (*size, 3))
    Image.fromarray(label).save(given / "mask.png")
    files = {
        "labelmap.txt": colours,
        "SegmentationClass/a.png": given / "mask.png",
        "SegmentationObject/a.png": given / "mask.png",
        "ImageSets/Segmentation/default.txt": "a\n",
    }
    if with_images:
        Image.open(given / "photos/a.png").save(given / "a.jpg")
        files["JPEGImages/a.jpg"] = given / "a.jpg"
    return toys.packed(given / "x.zip", files)


def test_pictures_of_colours_become_a_label(given):
    _, said, out = toys.run(masks(given), given, images="")
    np.testing.assert_array_equal(toys.label(out), BOTH)
    assert (out / "images/a.jpg").is_file()
    assert "'cvat_masks': 1 labelled images, 2 classes (road, car)" in said
    assert "colour of 'background' is unlabelled" in said


def test_their_background_can_be_a_class(given):
    export = masks(given, with_images=False)
    _, _, out = toys.run(export, given, unlabelled="background")
    expected = np.where(BOTH == 255, 2, BOTH)
    np.testing.assert_array_equal(toys.label(out), expected)


def test_a_mask_that_may_be_of_two_images_is_refused(given):
    Image.open(given / "photos/a.png").save(given / "photos/a.jpg")
    with pytest.raises(DataError, match=r"may be of any of a.jpg, a.png"):
        toys.run(masks(given), given)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"colours": COLOURS.replace("car:0,0,142", "car:1,2,3")}, "142"),
        ({"colours": COLOURS.replace("0,0,142", "128,64,128")}, "two classes"),
        ({"colours": COLOURS.replace("0,0,142", "0,0,999")}, "no colour"),
        ({"colours": COLOURS + "sky\n"}, "list of colours"),
        ({"size": (3, 10)}, r"a.png' has the size \(3, 10\)"),
    ],
)
def test_masks_that_contradict_themselves_are_a_sentence(
    given, changes, message
):
    with pytest.raises(DataError, match=message):
        toys.run(masks(given, **changes), given, images="")
    assert not (given / "out").exists()


def test_masks_are_asked_for_in_vain(given):
    with pytest.raises(DataError, match=r"has no labelmap.txt beside"):
        toys.run(xml(given, image(ROAD)), given, format="cvat_masks")
