"""The class maps that come with the project can be read, and fit in pairs."""

import pytest
from places import ROOT

from tf_advseg.datasets.classes.class_map_file import read_class_map

CONFIGS = ROOT / "configs"
CLASS_MAPS = [
    path
    for path in sorted(CONFIGS.glob("*.yaml"))
    if "classes:" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("path", CLASS_MAPS, ids=lambda path: path.stem)
def test_class_maps_can_be_read(path):
    class_map = read_class_map(path)
    assert len(set(class_map.class_set.palette)) == len(
        class_map.class_set.names
    )


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("airsim_as_idd_lite", "idd_lite_without_living"),
        ("camvid_as_idd_lite", "idd_lite"),
    ],
)
def test_maps_of_a_pair_have_the_same_classes(source, target):
    source = read_class_map(CONFIGS / f"{source}.yaml")
    target = read_class_map(CONFIGS / f"{target}.yaml")
    assert source.class_set == target.class_set
    assert target.onto(source.class_set).class_set == source.class_set
