"""Class sets, and what becomes of the classes of one in another."""

import numpy as np
import pytest
from native_layouts import write
from native_layouts import write_raw
from places import ROOT
from toy_domains import write_image

from tf_advseg.conversion.classes import class_set_of
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets.classes import class_set_table
from tf_advseg.datasets.classes.class_mapping import map_by_name
from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.classes.class_sets import choose_class_set
from tf_advseg.datasets.classes.same_names import SAME_NAMES

PAGE = ROOT / "docs" / "class_sets.md"
PAIRS = [(a, b) for a in CLASS_SETS for b in CLASS_SETS]


def mapping(source, target):
    return map_by_name(CLASS_SETS[source].names, CLASS_SETS[target])


@pytest.mark.parametrize(("number", "name"), [(11, "camvid11"), (7, "idd7")])
def test_a_number_of_classes_is_a_name(number, name):
    assert choose_class_set(number) is choose_class_set(name)
    assert choose_class_set(name).num_classes == number


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_class_is_mapped_or_listed_as_dropped(source, target):
    found = mapping(source, target)
    mapped = {name for name in found.target.values() if name}
    assert mapped | set(found.absent) == set(CLASS_SETS[target].names)
    kept = [raw for raw, name in found.target.items() if name]
    assert set(kept) | set(found.dropped) == set(CLASS_SETS[source].names)
    if source == target:
        assert not found.renamed and not found.dropped and not found.absent


def test_riders_and_what_they_ride_are_one_class_in_camvid():
    found = mapping("cityscapes19", "camvid11")
    assert found.renamed["bicyclist"] == ("rider", "motorcycle", "bicycle")
    assert found.renamed["sign"] == ("traffic light", "traffic sign")
    assert not found.dropped and not found.absent


def test_riders_and_what_they_ride_are_two_classes_in_idd():
    found = mapping("cityscapes19", "idd7").target
    assert found["rider"] == "living things"
    assert found["bicycle"] == "vehicles"
    assert found["terrain"] == "non-drivable"
    assert mapping("camvid11", "idd7").target["tree"] == "far objects"


def test_a_wide_class_is_not_taken_for_one_of_its_parts():
    found = mapping("idd7", "cityscapes19")
    assert found.target["drivable"] == "road"
    assert found.target["vehicles"] is None
    assert "car" in found.absent and "vehicles" in found.dropped


def test_tables_speak_of_classes_that_exist():
    assert set(SAME_NAMES) == set(CLASS_SETS)
    for name in ("camvid11", "idd7"):
        assert set(SAME_NAMES[name].values()) <= set(CLASS_SETS[name].names)


def test_camvid_is_read_with_its_eleven_classes(tmp_path):
    key = "701_StillsRaw_full/0001TP_006690.png"
    write_image(tmp_path / key)
    row = [(192, 192, 0), (64, 192, 0), (0, 0, 64), (192, 128, 192), (0, 0, 0)]
    path = tmp_path / "LabeledApproved_full/0001TP_006690_L.png"
    write_raw(path, "colours", row)
    domain = NATIVE_DOMAINS["camvid"](tmp_path, classes=11)
    names = domain.class_set.names
    # Vegetation, wall, traffic cone, truck or bus, void.
    expected = [names.index(n) for n in ("tree", "building", "pole", "car")]
    assert domain.read_label(key)[0, :5].tolist() == [*expected, 255]


def test_all_32_colours_of_camvid_but_void_are_one_of_eleven(tmp_path):
    root = write("camvid", tmp_path)
    domain = NATIVE_DOMAINS["camvid"](root, classes="camvid11")
    assert domain.mapping.dropped == ("void",)
    assert not domain.mapping.absent


def test_idd_is_read_with_the_seven_classes_of_its_first_level(tmp_path):
    key = "leftImg8bit/train/0/1_leftImg8bit.png"
    write_image(tmp_path / key)
    path = tmp_path / "gtFine/train/0/1_gtFine_labelids.png"
    write_raw(path, "grey", [2, 5, 7, 11, 28, 31, 34, 35, 39])
    label = NATIVE_DOMAINS["idd"](tmp_path, classes=7).read_label(key)
    assert label[0, :9].tolist() == [0, 1, 2, 3, 4, 5, 6, 255, 255]


def test_label_files_of_idds_first_level_are_taken_as_they_are(tmp_path):
    key = "leftImg8bit/train/0/1_leftImg8bit.png"
    write_image(tmp_path / key)
    path = tmp_path / "gtFine/train/0/1_gtFine_labellevel1Ids.png"
    write_raw(path, "grey", [0, 6, 3, 255])
    domain = NATIVE_DOMAINS["idd"](tmp_path, ids="level1Id")
    assert domain.class_set.name == "idd7"
    assert domain.read_label(key)[0, :4].tolist() == [0, 6, 3, 255]


@pytest.mark.parametrize("name", sorted(NATIVE_DOMAINS))
@pytest.mark.parametrize("classes", ["camvid11", "idd7"])
def test_every_data_set_can_be_read_with_them(name, classes, tmp_path):
    domain = NATIVE_DOMAINS[name]
    root = write(name, tmp_path)
    options = {"city": "Tokyo"} if name == "cross-city" else {}
    options |= {"beta": 0.01} if name == "foggy-cityscapes" else {}
    read = domain(root, classes=classes, **options)
    labelled = [s for s in read.splits if read.has_labels(s)]
    label = read.read_label(read.keys(labelled[0])[0])
    road = {"camvid11": "road", "idd7": "drivable"}[classes]
    assert read.class_set.names.index(road) in np.unique(label)


def test_checkpoints_of_seven_classes_are_not_taken_for_idds():
    assert class_set_of(7).names[0] == "class_0"
    assert class_set_of(13).name == "cityscapes13"


def test_the_page_is_what_the_command_prints():
    assert PAGE.read_text(encoding="utf-8") == class_set_table.text(), (
        "Run python -m tf_advseg.datasets.classes.class_set_table > "
        "docs/class_sets.md"
    )
