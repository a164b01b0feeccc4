"""Walkers and riders."""

import numpy as np

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.chance import pick
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Part
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.shapes import disc
from tf_advseg.datasets.streets.geometry.shapes import limb
from tf_advseg.datasets.streets.geometry.shapes import panel
from tf_advseg.datasets.streets.geometry.shapes import ring


def person(rng: np.random.Generator, x: float, z: float) -> Thing:
    """Draws a walker at (x, z)."""
    size = between(rng, (0.62, 0.75) if happens(rng, 0.12) else (0.9, 1.08))
    stride = between(rng, (0.0, 0.28))
    girth = between(rng, (0.36, 0.52))
    coat = happens(rng, 0.3)
    shapes = [
        (limb(z, (-stride, 0), (-0.06, 0.9), 0.19), Material.TROUSERS),
        (limb(z, (stride, 0), (0.06, 0.9), 0.19), Material.TROUSERS),
        (_torso(z, girth, 0.55 if coat else 0.82), Material.SHIRT),
        (limb(z, (-girth / 2, 1.4), (-0.3, 0.8), 0.12), Material.SHIRT),
        (limb(z, (girth / 2, 1.4), (0.3, 0.8), 0.12), Material.SHIRT),
        (disc(z, 0, 1.62, 0.12, 0.15, 8), Material.SKIN),
        (panel(z, -0.12, 0.12, 1.66, 1.78), Material.HAIR),
    ]
    if happens(rng, 0.35):
        bag = panel(z, girth / 2, girth / 2 + 0.2, 0.75, 1.1)
        shapes.append((bag, Material.BAG))
    return _figure(shapes, classes.PERSON, x, z, size)


def cyclist(rng: np.random.Generator, x: float, z: float) -> Thing:
    """Draws a rider with the bicycle, from the side or from behind."""
    if happens(rng, 0.5):
        shapes = _from_behind(z)
    else:
        shapes = _from_the_side(z, pick(rng, [-1, 1]))
    return _figure(shapes, classes.CYCLIST, x, z, between(rng, (0.92, 1.08)))


def _torso(z: float, girth: float, low: float) -> list:
    half = girth / 2
    return [
        (-half * 0.9, low, z),
        (half * 0.9, low, z),
        (half, 1.45, z),
        (-half, 1.45, z),
    ]


def _from_behind(z: float) -> list[tuple]:
    return [
        (panel(z, -0.05, 0.05, 0, 0.7), Material.BICYCLE),
        (limb(z, (-0.3, 1.0), (0.3, 1.0), 0.07), Material.BICYCLE),
        (limb(z, (-0.16, 0.3), (-0.12, 0.95), 0.18), Material.TROUSERS),
        (limb(z, (0.16, 0.45), (0.12, 0.95), 0.18), Material.TROUSERS),
        (_torso(z, 0.44, 0.85), Material.SHIRT),
        (limb(z, (-0.22, 1.4), (-0.3, 1.0), 0.11), Material.SHIRT),
        (limb(z, (0.22, 1.4), (0.3, 1.0), 0.11), Material.SHIRT),
        (disc(z, 0, 1.62, 0.13, 0.16, 8), Material.HAIR),
    ]


def _from_the_side(z: float, ahead: int) -> list[tuple]:
    a = ahead
    return [
        (ring(z, -0.5 * a, 0.34, 0.34, 0.34, 0.8), Material.BICYCLE),
        (ring(z, 0.55 * a, 0.34, 0.34, 0.34, 0.8), Material.BICYCLE),
        (limb(z, (-0.5 * a, 0.34), (0, 0.36), 0.07), Material.BICYCLE),
        (limb(z, (0, 0.36), (-0.15 * a, 0.9), 0.07), Material.BICYCLE),
        (limb(z, (-0.12 * a, 0.75), (0.42 * a, 0.8), 0.07), Material.BICYCLE),
        (limb(z, (0, 0.36), (0.42 * a, 0.8), 0.07), Material.BICYCLE),
        (limb(z, (0.55 * a, 0.34), (0.4 * a, 1.0), 0.07), Material.BICYCLE),
        (limb(z, (-0.15 * a, 0.95), (0.2 * a, 0.65), 0.17), Material.TROUSERS),
        (limb(z, (0.2 * a, 0.65), (0.05 * a, 0.28), 0.15), Material.TROUSERS),
        (limb(z, (-0.15 * a, 0.92), (0.12 * a, 1.45), 0.36), Material.SHIRT),
        (limb(z, (0.12 * a, 1.38), (0.42 * a, 1.02), 0.12), Material.SHIRT),
        (disc(z, 0.2 * a, 1.63, 0.13, 0.16, 8), Material.SKIN),
        (panel(z, 0.2 * a - 0.13, 0.2 * a + 0.13, 1.68, 1.8), Material.HAIR),
    ]


def _figure(
    shapes: list[tuple], class_id: int, x: float, z: float, size: float
) -> Thing:
    """Puts shapes drawn around x = 0 in their place."""
    parts = [
        Part(
            [(x + size * px, size * py, pz) for px, py, pz in points],
            class_id,
            material,
            Facing.FRONT,
        )
        for points, material in shapes
    ]
    half = 0.25 * size
    return Thing(z, parts, [(x - half, z, x + half, z, 1.7 * size)])
