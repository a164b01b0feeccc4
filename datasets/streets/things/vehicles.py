"""Vehicles: an outline seen from the side, pulled to the vehicle's width."""

import dataclasses
import itertools

import numpy as np

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.chance import pick
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Part
from tf_advseg.datasets.streets.geometry.scene import Point
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.shapes import floor
from tf_advseg.datasets.streets.things.vehicle_shapes import BELT
from tf_advseg.datasets.streets.things.vehicle_shapes import BUS
from tf_advseg.datasets.streets.things.vehicle_shapes import HATCHBACK
from tf_advseg.datasets.streets.things.vehicle_shapes import SALOON
from tf_advseg.datasets.streets.things.vehicle_shapes import TRUCK
from tf_advseg.datasets.streets.things.vehicle_shapes import VAN
from tf_advseg.datasets.streets.things.vehicle_shapes import Shape
from tf_advseg.datasets.streets.things.vehicle_shapes import side_panes


@dataclasses.dataclass(frozen=True)
class _Pose:
    """Maps (along, across, up) of a vehicle to the world.

    `crossing` vehicles stand across the street, the others along it.
    """

    shape: Shape
    x: float
    z: float
    reverse: bool
    crossing: bool
    scale: float

    def point(self, along: float, across: float, up: float) -> Point:
        """`along` 0 to 1, `across` -0.5 to 0.5, `up` 0 to 1."""
        shape = self.shape
        if not shape.boxy and up > BELT:
            across *= 1 - 0.45 * (up - BELT)
        along = (1 - along if self.reverse else along) * shape.length
        across *= shape.width
        height = up * shape.height * self.scale
        if self.crossing:
            return (
                self.x + self.scale * along,
                height,
                self.z + self.scale * (across + shape.width / 2),
            )
        return (
            self.x + self.scale * across,
            height,
            self.z + self.scale * along,
        )


def vehicle(
    rng: np.random.Generator,
    x: float,
    z: float,
    *,
    big: float,
    reverse: bool = False,
    crossing: bool = False,
) -> Thing:
    """Draws a vehicle whose nearest point is at distance z.

    Args:
        rng: Where the draws come from.
        x: Its middle (its left end if `crossing`).
        z: Distance in metres.
        big: Chance of a van, bus or truck instead of a car.
        reverse: Whether it comes towards the camera (or drives left).
        crossing: Whether it stands across the street.
    """
    if happens(rng, big):
        shape = pick(rng, [VAN, VAN, BUS, TRUCK])
    else:
        shape = pick(rng, [SALOON, HATCHBACK])
    scale = between(rng, (0.92, 1.08))
    pose = _Pose(shape, x, z, reverse, crossing, scale)
    parts = [_contact_shadow(pose), *_shell(pose)]
    if crossing:
        parts += _side(pose, -0.5, Facing.FRONT)
    else:
        half = shape.width * scale / 2
        if x + half < 0:
            parts += _side(pose, 0.5, Facing.LEFT)
        if x - half > 0:
            parts += _side(pose, -0.5, Facing.RIGHT)
        parts += _end(pose)
    return Thing(z, parts, _casters(pose))


def _part(points, material: Material, facing: Facing) -> Part:
    return Part(points, classes.VEHICLE, material, facing)


def _casters(pose: _Pose) -> list[tuple]:
    x0, height, z0 = pose.point(0, -0.5, 0.9)
    x1, _, z1 = pose.point(1, 0.5, 0.9)
    return [(x0, z0, x1, z1, height), (x0, z1, x1, z0, height)]


def _contact_shadow(pose: _Pose) -> Part:
    x0, _, z0 = pose.point(0, -0.5, 0)
    x1, _, z1 = pose.point(1, 0.5, 0)
    (x0, x1), (z0, z1) = sorted((x0, x1)), sorted((z0, z1))
    outline = floor(x0 - 0.1, x1 + 0.1, z0 - 0.15, z1 + 0.1)
    return Part(outline, classes.ROAD, Material.CONTACT_SHADOW, Facing.GROUND)


def _shell(pose: _Pose) -> list[Part]:
    """Returns the strips over the vehicle from far to near."""
    outline = pose.shape.outline
    edges = list(itertools.pairwise(outline))
    if not pose.reverse or pose.crossing:
        edges.reverse()
    parts = []
    for (a0, y0), (a1, y1) in edges:
        strip = [
            pose.point(a0, -0.5, y0),
            pose.point(a0, 0.5, y0),
            pose.point(a1, 0.5, y1),
            pose.point(a1, -0.5, y1),
        ]
        steep = abs(y1 - y0) > 0.25
        pane = steep and min(y0, y1) >= 0.5 and not pose.crossing
        material = Material.GLASS if pane else Material.BODY
        facing = Facing.FRONT if steep else Facing.UP
        parts.append(_part(strip, material, facing))
    return parts


def _side(pose: _Pose, across: float, facing: Facing) -> list[Part]:
    shape = pose.shape
    outline = [pose.point(a, across, y) for a, y in shape.outline]
    parts = [_part(outline, Material.BODY, facing)]
    parts += [
        _part(
            [pose.point(a, across, y) for a, y in pane], Material.GLASS, facing
        )
        for pane in side_panes(shape)
    ]
    radius = min(0.22 * shape.height, 0.45)
    for along in (0.19, 0.8):
        wheel = [
            pose.point(
                along + radius * c / shape.length,
                across,
                (radius + radius * s) / shape.height,
            )
            for c, s in _OCTAGON
        ]
        parts.append(_part(wheel, Material.TYRE, facing))
    return parts


_OCTAGON = (
    (1, 0.4), (0.4, 1), (-0.4, 1), (-1, 0.4), (-1, -0.4), (-0.4, -1),
    (0.4, -1), (1, -0.4),
)  # fmt: skip


def _end(pose: _Pose) -> list[Part]:
    """Returns lights, plate, tyres and window of the end that one sees."""
    along = 1 if pose.reverse else 0
    light = Material.HEAD_LIGHT if pose.reverse else Material.REAR_LIGHT
    height = 0.25 if pose.shape.boxy else 0.45

    def box(c0, c1, y0, y1, material):
        corners = [(c0, y0), (c1, y0), (c1, y1), (c0, y1)]
        points = [pose.point(along, c, y) for c, y in corners]
        return _part(points, material, Facing.FRONT)

    parts = [
        box(-0.46, -0.3, 0, 0.22, Material.TYRE),
        box(0.3, 0.46, 0, 0.22, Material.TYRE),
        box(-0.47, -0.33, height, height + 0.1, light),
        box(0.33, 0.47, height, height + 0.1, light),
        box(-0.14, 0.14, 0.28, 0.36, Material.PLATE),
    ]
    if pose.shape is BUS or (pose.shape is VAN and not pose.reverse):
        parts.append(box(-0.4, 0.4, 0.55, 0.88, Material.GLASS))
    return parts
