"""The eleven classes of the streets data set, their ids and their colours."""

from tf_advseg.datasets.domains.domain import ClassSet

STREETS = ClassSet.of_colours(
    "streets",
    {
        "road": (110, 70, 120),
        "sidewalk": (235, 120, 215),
        "marking": (255, 255, 255),
        "building": (95, 95, 95),
        "vegetation": (80, 150, 45),
        "sky": (110, 175, 230),
        "vehicle": (20, 40, 165),
        "person": (230, 30, 60),
        "cyclist": (255, 140, 0),
        "pole": (0, 205, 190),
        "sign": (245, 225, 40),
    },
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
