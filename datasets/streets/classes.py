"""The eleven classes of the streets data set, their ids and their colours."""

from tf_advseg.datasets.domains.domain import ClassSet

STREETS = ClassSet(
    name="streets",
    names=(
        "road",
        "sidewalk",
        "marking",
        "building",
        "vegetation",
        "sky",
        "vehicle",
        "person",
        "cyclist",
        "pole",
        "sign",
    ),
    palette=(
        (110, 70, 120),
        (235, 120, 215),
        (255, 255, 255),
        (95, 95, 95),
        (80, 150, 45),
        (110, 175, 230),
        (20, 40, 165),
        (230, 30, 60),
        (255, 140, 0),
        (0, 205, 190),
        (245, 225, 40),
    ),
)
"""Thin: marking, pole. Rare: person, cyclist, sign. Trunks are vegetation."""

(
    ROAD,
    SIDEWALK,
    MARKING,
    BUILDING,
    VEGETATION,
    SKY,
    VEHICLE,
    PERSON,
    CYCLIST,
    POLE,
    SIGN,
) = range(STREETS.num_classes)
