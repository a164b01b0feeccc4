"""Trees and hedges."""

import numpy as np

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Part
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.shapes import blob
from tf_advseg.datasets.streets.geometry.shapes import limb
from tf_advseg.datasets.streets.geometry.shapes import panel
from tf_advseg.datasets.streets.geometry.shapes import wall
from tf_advseg.datasets.streets.style import Layout


def _part(points, material: Material, facing: Facing = Facing.ROUND) -> Part:
    return Part(points, classes.VEGETATION, material, facing)


def _ragged(
    rng: np.random.Generator, roughness: float, corners: int = 18
) -> list[float]:
    return (1 - roughness * 0.5 * rng.random(corners)).tolist()


def tree(rng: np.random.Generator, layout: Layout, x: float, z: float) -> Thing:
    """Draws a tree at (x, z): a trunk and a crown of several blobs."""
    height = between(rng, layout.tree_size)
    radius = height * between(rng, (0.24, 0.36))
    base = height - 2 * radius * between(rng, (0.95, 1.2))
    base = max(base, 0.15 * height)
    lean = between(rng, (-0.25, 0.25))
    middle = (base + height) / 2
    thick = 0.05 * height * between(rng, (0.5, 1.0))
    trunk = limb(z, (x, 0), (x + lean, middle), thick)
    parts = [_part(trunk, Material.TRUNK)]
    for index in range(layout.crown_blobs):
        spread = 0.0 if index == 0 else 0.55
        cx = x + lean + radius * between(rng, (-spread, spread))
        cy = middle + radius * between(rng, (-spread, spread))
        size = radius * (1.0 if index == 0 else between(rng, (0.45, 0.75)))
        rise = size * (height - base) / (2 * radius)
        radii = _ragged(rng, layout.crown_roughness)
        outline = blob(z, cx, cy, size, rise, radii)
        parts.append(_part(outline, Material.CROWN))
    casters = [
        (x - thick / 2, z, x + thick / 2, z, base),
        (x - radius * 0.8, z, x + radius * 0.8, z, height),
    ]
    return Thing(z, parts, casters)


def hedge(
    rng: np.random.Generator, x: float, z0: float, z1: float, side: int
) -> Thing:
    """Draws a hedge along the street at x."""
    height = between(rng, (0.8, 1.8))
    facing = Facing.RIGHT if side else Facing.LEFT
    back = x + (2 * side - 1) * 0.9
    left, right = sorted((x, back))
    top = [
        (x, height, z0),
        (back, height, z0),
        (back, height, z1),
        (x, height, z1),
    ]
    parts = [
        _part(top, Material.HEDGE, Facing.UP),
        _part(panel(z0, left, right, 0, height), Material.HEDGE),
        _part(wall(x, z0, z1, 0, height), Material.HEDGE, facing),
    ]
    return Thing(z0, parts, [(x, z0, x, z1, height)])


def bush(rng: np.random.Generator, layout: Layout, x: float, z: float) -> Thing:
    """Draws a bush at (x, z)."""
    width = between(rng, (0.8, 2.2))
    height = between(rng, (0.6, 1.4))
    radii = _ragged(rng, layout.crown_roughness)
    outline = blob(z, x, height * 0.7, width, height * 0.8, radii)
    outline = [(px, max(py, 0.0), pz) for px, py, pz in outline]
    return Thing(z, [_part(outline, Material.HEDGE)])
