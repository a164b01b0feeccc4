"""A street scene: flat polygons in the world, ordered from far to near.

The layout builds it and both renderers draw it. A polygon knows its class and
its material, which way it faces, and which thing (instance) it belongs to;
how a material looks is the renderer's business.
"""

import dataclasses
import enum
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tf_advseg.datasets.streets.geometry.view import View

Point = tuple[float, float, float]


class Facing(enum.IntEnum):
    """Which way a polygon faces; its plane gives every pixel a distance."""

    GROUND = 0  # the plane y = 0
    FRONT = 1  # towards the camera, z constant
    LEFT = 2  # on the left of the street, x constant
    RIGHT = 3  # on the right of the street, x constant
    UP = 4  # roofs and bonnets: lit from above, z taken as constant
    ROUND = 5  # foliage: lit from everywhere, z constant
    SKY = 6


class Material(enum.IntEnum):
    """What a polygon is made of."""

    SKY = 0
    ASPHALT = 1
    PAINT = 2
    PAVEMENT = 3
    CURB = 4
    GRASS = 5
    CONTACT_SHADOW = 6
    FACADE = 7
    WINDOW = 8
    SHOP = 9
    DOOR = 10
    ROOF = 11
    CROWN = 12
    TRUNK = 13
    HEDGE = 14
    BODY = 15
    GLASS = 16
    TYRE = 17
    REAR_LIGHT = 18
    HEAD_LIGHT = 19
    PLATE = 20
    SKIN = 21
    HAIR = 22
    SHIRT = 23
    TROUSERS = 24
    BAG = 25
    BICYCLE = 26
    METAL = 27
    LAMP = 28
    SIGN_RIM = 29
    SIGN_FACE = 30
    BOARD = 31
    SIGNAL = 32
    RED = 33
    GREEN = 34


class Part(NamedTuple):
    """One polygon of a thing."""

    points: Sequence[Point]
    class_id: int
    material: Material
    facing: Facing


class Thing(NamedTuple):
    """What is drawn as one: a car, a tree, a building.

    `casters` are upright rectangles (x0, z0, x1, z1, height) that stand for
    the thing where it keeps sunlight from the ground.
    """

    distance: float
    parts: Sequence[Part]
    casters: Sequence[tuple[float, float, float, float, float]] = ()


@dataclasses.dataclass(frozen=True, eq=False)
class Scene:
    """All polygons of an image in drawing order; n polygons, m points.

    Polygon 0 is the sky. It has no points: it is what nothing else covers.

    Args:
        view: The camera.
        points: World points of polygons 1 to n - 1, `(m, 3)`.
        ends: For each of these polygons the index after its last point.
        class_ids: Train ids, `(n,)` uint8.
        materials: `Material` values, `(n,)`.
        facings: `Facing` values, `(n,)`.
        anchors: The constant x or z of the polygon's plane, `(n,)` float32.
        instances: Number of the thing, `(n,)`; the sky is thing 0.
        casters: `(k, 5)`, see `Thing`.
    """

    view: View
    points: np.ndarray
    ends: list[int]
    class_ids: np.ndarray
    materials: np.ndarray
    facings: np.ndarray
    anchors: np.ndarray
    instances: np.ndarray
    casters: np.ndarray


def assemble(view: View, things: Sequence[Thing], sky_class: int) -> Scene:
    """Returns the scene of `things`, given from far to near."""
    points, ends, casters = [], [], []
    rows = [(sky_class, Material.SKY, Facing.SKY, 0.0, 0)]
    for instance, thing in enumerate(things, start=1):
        casters.extend(thing.casters)
        for part in thing.parts:
            points.extend(part.points)
            ends.append(len(points))
            sideways = part.facing in (Facing.LEFT, Facing.RIGHT)
            anchor = part.points[0][0 if sideways else 2]
            rows.append((*part[1:], anchor, instance))
    class_ids, materials, facings, anchors, instances = zip(*rows, strict=True)
    return Scene(
        view=view,
        points=np.array(points, np.float64).reshape(-1, 3),
        ends=ends,
        class_ids=np.array(class_ids, np.uint8),
        materials=np.array(materials, np.intp),
        facings=np.array(facings, np.intp),
        anchors=np.array(anchors, np.float32),
        instances=np.array(instances, np.intp),
        casters=np.array(casters, np.float64).reshape(-1, 5),
    )
