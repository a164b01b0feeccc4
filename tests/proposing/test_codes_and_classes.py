"""What labels hold, and the class map that is proposed for them."""

import numpy as np
import pytest
import toy_pair_of_folders as toy

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import doctor
from tf_advseg.datasets.classes.class_map_file import read_class_map
from tf_advseg.proposing import classes
from tf_advseg.proposing import codes
from tf_advseg.proposing import folders


def found_in(root):
    domain, name = folders.without_classes(root)
    survey = doctor.survey(domain, "train", "source")
    return codes.find_codes(survey.pairs, str(root / name)), name


def proposed(root):
    return classes.propose(*found_in(root))


def read_back(proposal, tmp_path):
    file = tmp_path / "classes.yaml"
    file.write_text(classes.class_map_text(proposal, "toys", "For you."))
    return read_class_map(file)


def test_ids_are_counted_by_pixel_and_by_image(tmp_path):
    root = toy.folder(tmp_path / "a", toy.ids((0, 7)), number=3)
    toy.save(root / "labels/2.png", toy.ids((7, 7)))
    found, _ = found_in(root)
    zero, seven = found.codes
    half = 32 * 64 // 2
    assert (zero.code, zero.pixels, zero.num_images) == (0, 2 * half, 2)
    assert (seven.code, seven.pixels, seven.num_images) == (7, 4 * half, 3)
    assert seven.example == "images/2.png"  # It shows most of it.
    assert (found.num_labels, found.pixels) == (3, 6 * half)
    assert not found.of_colours


@pytest.mark.parametrize(
    ("label", "kind", "names"),
    [
        (toy.ids((3, 4, 9)), "numbers", ["class_3", "class_4", "class_9"]),
        (
            toy.ids((1, 300), kind=np.uint16),
            "16-bit numbers",
            ["class_1", "class_300"],
        ),
        (toy.ids((0, 255)), "numbers", ["class_0", "class_255"]),
        (
            toy.colours(palette=((1, 2, 3), (9, 9, 9))),
            "colours",
            ["class_0", "class_1"],
        ),
    ],
)
def test_what_nobody_can_name_is_numbered(tmp_path, label, kind, names):
    proposal = proposed(toy.folder(tmp_path / "a", label))
    assert proposal.found.kind == kind
    assert [one.name for one in proposal.classes] == names
    assert proposal.guess == ""
    class_map = read_back(proposal, tmp_path)
    assert list(class_map.class_set.names) == names
    assert len(class_map.table.train_ids) >= len(names)


def test_a_known_palette_s_names_are_a_guess_and_black_is_none_of_it(tmp_path):
    proposal = proposed(toy.folder(tmp_path / "a", toy.colours()))
    assert proposal.guess == "the palette of Cityscapes"
    assert {one.name for one in proposal.classes} == {
        "road",
        "building",
        "sky",
    }
    ((code, reason),) = proposal.ignored
    assert code.code == 0
    assert "25.0%; the palette of Cityscapes has no such class" in reason
    class_map = read_back(proposal, tmp_path)
    assert class_map.table.train_ids[0] == 255
    text = (tmp_path / "classes.yaml").read_text()
    assert text.startswith("# For you.\n")
    assert "  - [0, 0, 0]  # 25.0%; the palette of Cityscapes" in text


def test_the_palette_of_a_file_names_its_numbers(tmp_path):
    label = toy.ids((0, 1, 2))
    how = {"mode": "P", "palette": toy.COLOURS[:3]}
    proposal = proposed(toy.folder(tmp_path / "a", label, **how))
    assert proposal.found.kind == "numbers with a palette (mode P)"
    named = {one.name: one.codes[0].code for one in proposal.classes}
    assert named == {"road": 0, "building": 1, "sky": 2}
    table = read_back(proposal, tmp_path)
    assert table.table.train_ids[2] == 2
    assert table.class_set.palette[0] == (128, 64, 128)


def test_red_and_blue_in_each_other_s_place_are_told(tmp_path):
    label = toy.colours(palette=toy.COLOURS[:3])[..., ::-1]
    proposal = proposed(toy.folder(tmp_path / "a", label))
    assert proposal.guess.endswith("with red and blue swapped")
    class_map = read_back(proposal, tmp_path)
    road = class_map.class_set.names.index("road")
    assert class_map.table.train_ids[128 << 16 | 64 << 8 | 128] == road


def test_255_beside_several_numbers_is_ignored_with_the_reason(tmp_path):
    proposal = proposed(toy.folder(tmp_path / "a", toy.ids((0, 1, 2, 255))))
    assert [one.name for one in proposal.classes] == [
        "class_0",
        "class_1",
        "class_2",
    ]
    ((code, reason),) = proposal.ignored
    assert (code.code, reason) == (255, "25.0%; by custom what is not labelled")
    text = classes.class_map_text(proposal, "x", "")
    assert "0 often is 'unlabelled': then move it to ignore" in text


def test_smoothed_borders_between_colours_are_ignored_and_counted(tmp_path):
    label = toy.colours((64, 640), toy.COLOURS[:3])
    generator = np.random.default_rng(0)
    edge = generator.integers(0, 255, (64, 3, 3))
    label[:, 300:303] = edge
    proposal = proposed(toy.folder(tmp_path / "a", label, size=(64, 640)))
    assert len(proposal.classes) == 3
    assert proposal.found.other_pixels == 3 * 64 * 3
    assert read_back(proposal, tmp_path).table.ignore_unknown
    text = (tmp_path / "classes.yaml").read_text()
    assert "more colours have 0.5% of the pixels" in text


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (toy.photo(), "are photographs, or were saved as JPEG. Expected one"),
        (toy.photo()[..., 0], "they are grey photographs, were saved as JPEG"),
        (
            np.arange(2048).reshape(32, 64).astype(np.uint16),
            "hold 2,048 different numbers, 0 to 2047",
        ),
        (toy.ids((4,)), "hold 4 and nothing else: one class"),
    ],
    ids=["photo", "grey photo", "objects", "one class"],
)
def test_what_cannot_be_labels_is_refused_in_a_sentence(
    tmp_path, label, message
):
    root = toy.folder(tmp_path / "a", label)
    with pytest.raises(DataError, match=message):
        proposed(root)


def test_numbers_and_colours_side_by_side_are_refused(tmp_path):
    root = toy.folder(tmp_path / "a", toy.ids())
    toy.save(root / "labels/1.png", toy.colours())
    with pytest.raises(DataError, match="1 of 3 labels hold colours"):
        proposed(root)


def test_labels_none_of_which_can_be_read_are_refused(tmp_path):
    root = toy.folder(tmp_path / "a", toy.ids())
    for path in (root / "labels").iterdir():
        path.write_bytes(b"no picture")
    with pytest.raises(DataError, match="None of the 3 labels looked at in"):
        proposed(root)


def test_a_class_that_two_colours_stand_for_is_one(tmp_path):
    one = codes.FoundCode(1, 10, 1, "a", None)
    two = codes.FoundCode(2, 30, 2, "b", None)
    found = codes.FoundCodes((one, two), False, 2, 40, 0, 0, "numbers")
    both = classes.ProposedClass("road", (one, two))
    other = classes.ProposedClass("no", (codes.FoundCode(3, 1, 1, "a", None),))
    proposal = classes.Proposal(found, (both, other), (), "", "masks")
    text = classes.class_map_text(proposal, "x", "")
    assert "  - {name: road, id: [1, 2]}  # 100.0% of the pixels" in text
    assert "  - {name: 'no', id: 3}" in text  # To YAML 1.1 no is false.
    assert "labels: masks" in text
