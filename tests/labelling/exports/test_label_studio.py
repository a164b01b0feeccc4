"""Label Studio's JSON becomes labels."""

import json

import hypothesis
import numpy as np
import pytest
import toy_exports as toys
from hypothesis.extra.numpy import arrays

from tf_advseg.base.checks import DataError
from tf_advseg.labelling import runs

ROAD = np.zeros(toys.SIZE, bool)
ROAD[2:] = True
BOTH = toys.painted((1, (2, 5), (0, 6)), (0, (1, 4), (1, 3)))
"""Classes are sorted: car, road."""


@pytest.fixture
def given(tmp_path):
    toys.photos(tmp_path / "photos")
    return tmp_path


def region(kind, value, size=toys.SIZE, **more):
    return {
        "id": "r",
        "type": kind,
        "original_height": size[0],
        "original_width": size[1],
        "image_rotation": 0,
        "value": value,
        **more,
    }


def brush(mask=ROAD, names=("road",), **more):
    value = {"format": "rle", "rle": runs.packed(mask)}
    return region("brushlabels", value | {"brushlabels": [*names]}, **more)


def polygon():
    """Pixels 1 and 2 of the rows 1 to 3: in percent of 6 and 5 pixels."""
    left, right, top, bottom = 100 / 6, 300 / 6, 20, 80
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    value = {"points": corners, "polygonlabels": ["car"]}
    return region("polygonlabels", value)


def task(*annotations, address="/data/upload/1/0a1b2c3d-a.png", **more):
    return {"id": 7, "data": {"image": address}, "annotations": annotations} | (
        more
    )


def annotation(*results, **more):
    return {"id": 1, "was_cancelled": False, "result": [*results], **more}


def run(given, *tasks, **settings):
    (given / "x.json").write_text(json.dumps(tasks))
    return toys.run(given / "x.json", given, **settings)


def test_brushes_and_polygons_become_a_label(given):
    status, said, out = run(given, task(annotation(brush(), polygon())))
    np.testing.assert_array_equal(toys.label(out), BOTH)
    assert status == 0
    assert "'label_studio': 1 labelled images, 2 classes (car, road)" in said
    assert "4 pixels of 1 images are claimed" in said


@pytest.mark.parametrize(
    "address",
    [
        "/data/local-files/?d=anywhere/photos/a.png",
        "s3://bucket/photos/a.png",
        "https://host/x/a.png?signature=1",
        "/data/upload/1/0a1b2c3d-a.png",
    ],
)
def test_addresses_of_images_are_found(given, address):
    _, _, out = run(given, task(annotation(brush()), address=address))
    assert (out / "labels/a.png").is_file()


@pytest.mark.parametrize("address", ["/data/local-files/?d=../a.png", "x.txt"])
def test_other_addresses_are_refused(given, address):
    with pytest.raises(DataError, match=r"a path below|0 addresses"):
        run(given, task(annotation(brush()), address=address))


def test_the_newest_annotation_counts_that_was_not_skipped(given):
    old = annotation(polygon(), updated_at="2024-01-01T00:00:00Z")
    new = annotation(brush(), updated_at="2024-02-01T00:00:00Z")
    skipped = annotation(
        polygon(), updated_at="2024-03-01T00:00:00Z", was_cancelled=True
    )
    _, said, out = run(given, task(new, skipped, old))
    np.testing.assert_array_equal(toys.label(out), np.where(ROAD, 0, 255))
    assert "1 older annotations of tasks that have several" in said
    assert "1 annotations that were skipped (task 7)" in said


def test_predictions_are_no_labels(given):
    guess = task(predictions=[annotation(brush())], address="b.png")
    _, said, _ = run(given, task(annotation(brush())), guess)
    assert "1 tasks without an annotation (task 7)" in said


def test_an_image_without_anything_is_all_background(given):
    _, _, out = run(
        given,
        task(annotation(brush())),
        task(annotation(), address="b.png"),
        unlabelled="background",
    )
    assert (toys.label(out, "b.png") == 1).all()


def test_regions_without_a_class_are_ignored(given):
    _, _, out = run(
        given, task(annotation(brush(names=[]), polygon())), unlabelled="rest"
    )
    expected = toys.painted((255, (2, 5), (0, 6)), (0, (1, 4), (1, 3)))
    expected[0] = 1
    expected[1, [0, 3, 4, 5]] = 1
    np.testing.assert_array_equal(toys.label(out), expected)


@pytest.mark.parametrize(
    "result, message",
    [
        (region("rectanglelabels", {"x": 0}), "1 regions of the kind 'rect"),
        (brush(names=["road", "car"]), "has the labels road, car"),
        (brush(image_rotation=90), "was turned in the tool"),
        (brush(size=(6, 5)), r"says \(6, 5\)"),
        (brush(np.ones((3, 3), bool)), "expected 120 of 8"),
        (
            region("brushlabels", {"rle": [1], "brushlabels": ["a"]}),
            "cut short",
        ),
        (region("brushlabels", {"rle": "x", "brushlabels": ["a"]}), "Region"),
        (region("brushlabels", {"brushlabels": ["a"]}), "has no 'rle'"),
        (
            region("polygonlabels", {"points": [], "polygonlabels": "a"}),
            "three",
        ),
    ],
)
def test_a_region_that_cannot_be_used_is_a_sentence(given, result, message):
    with pytest.raises(DataError, match=message):
        run(given, task(annotation(result)))
    assert not (given / "out").exists()


def test_answers_about_the_whole_image_are_counted(given):
    answer = {"type": "choices", "value": {"choices": ["good"]}}
    _, said, _ = run(given, task(annotation(brush(), answer)))
    assert "1 answers of the kind 'choices' (task 7)" in said


@hypothesis.settings(deadline=None, max_examples=60)
@hypothesis.given(arrays(bool, (5, 9)))
def test_what_is_packed_is_unpacked(mask):
    found = runs.unpacked(runs.packed(mask), 4 * mask.size)
    np.testing.assert_array_equal(found.reshape(5, 9, 4)[..., 3], 255 * mask)


def test_values_one_after_the_other_are_unpacked():
    """By hand: 3 values of 8 bits; a chunk of 2 as they are, a run of 1."""
    header = f"{3:032b}{7:05b}" + f"{2:04b}" * 4
    chunks = f"000{1:03b}{9:08b}{200:08b}" + f"100{0:03b}{7:08b}"
    bits = header + chunks
    bits += "0" * (-len(bits) % 8)
    data = [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]
    assert runs.unpacked(data, 3).tolist() == [9, 200, 7]
    with pytest.raises(ValueError, match="cut short"):
        runs.unpacked(data[:-2], 3)
    with pytest.raises(ValueError, match="expected 4 of 8"):
        runs.unpacked(data, 4)


@hypothesis.settings(deadline=None)
@hypothesis.given(hypothesis.strategies.binary(max_size=60))
def test_bytes_of_anybody_are_unpacked_or_refused(data):
    try:
        assert len(runs.unpacked(list(data), 16)) == 16
    except ValueError as error:
        assert "run lengths" in str(error)
