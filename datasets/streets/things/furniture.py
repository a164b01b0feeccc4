"""Street furniture: lamps, traffic signs, traffic lights, boards, bollards."""

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
from tf_advseg.datasets.streets.geometry.shapes import disc
from tf_advseg.datasets.streets.geometry.shapes import limb
from tf_advseg.datasets.streets.geometry.shapes import panel


def _pole(points, material: Material = Material.METAL) -> Part:
    return Part(points, classes.POLE, material, Facing.FRONT)


def _sign(points, material: Material) -> Part:
    return Part(points, classes.SIGN, material, Facing.FRONT)


def _post(
    x: float, z: float, height: float, width: float
) -> tuple[list[Part], list[tuple]]:
    half = width / 2
    return [_pole(panel(z, x - half, x + half, 0, height))], [
        (x - half, z, x + half, z, height)
    ]


def lamp(rng: np.random.Generator, x: float, z: float, side: int) -> Thing:
    """Draws a street lamp whose arm reaches over the road."""
    height = between(rng, (4.5, 8.5))
    width = between(rng, (0.14, 0.24))
    inwards = 1 - 2 * side
    reach = inwards * between(rng, (0.8, 2.4))
    parts, casters = _post(x, z, height, width)
    arm = limb(z, (x, height), (x + reach, height + 0.35), 0.13)
    head = limb(
        z, (x + reach, height + 0.3), (x + reach * 1.35, height + 0.32), 0.26
    )
    parts += [_pole(arm), _pole(head, Material.LAMP)]
    return Thing(z, parts, casters)


def traffic_sign(rng: np.random.Generator, x: float, z: float) -> Thing:
    """Draws a post with one or two plates: round, triangle, octagon, board."""
    height = between(rng, (2.3, 3.1))
    parts, casters = _post(x, z, height, between(rng, (0.09, 0.14)))
    top = height
    for _ in range(2 if happens(rng, 0.3) else 1):
        size = between(rng, (0.32, 0.5))
        parts += _plate(rng, x, z, top - size, size)
        top -= 2 * size + 0.05
    return Thing(z - 0.01, parts, casters)


def _plate(rng, x: float, z: float, y: float, size: float) -> list[Part]:
    shape = pick(rng, ["round", "triangle", "octagon", "board"])
    if shape == "board":
        wide = size * between(rng, (0.9, 1.6))
        outline = panel(z, x - wide, x + wide, y - size, y + size)
        return [_sign(outline, Material.BOARD)]
    if shape == "triangle":
        rim = _triangle(z, x, y, size)
        face = _triangle(z, x, y - 0.12 * size, 0.5 * size)
        return [
            _sign(rim, Material.SIGN_RIM),
            _sign(face, Material.SIGN_FACE),
        ]
    corners = 8 if shape == "octagon" else 14
    parts = [_sign(disc(z, x, y, size, size, corners), Material.SIGN_RIM)]
    if shape == "round":
        face = disc(z, x, y, 0.68 * size, 0.68 * size, corners)
        parts.append(_sign(face, Material.SIGN_FACE))
    return parts


def _triangle(z: float, x: float, y: float, size: float) -> list[Point]:
    low = y - 0.8 * size
    return [(x - size, low, z), (x + size, low, z), (x, y + size, z)]


def direction_board(rng: np.random.Generator, x: float, z: float) -> Thing:
    """Draws a large board on two posts."""
    width, height = between(rng, (1.6, 3.2)), between(rng, (0.9, 1.7))
    low = between(rng, (1.6, 2.6))
    posts = []
    casters = []
    for offset in (-0.3 * width, 0.3 * width):
        parts, shadow = _post(x + offset, z, low + height, 0.13)
        posts += parts
        casters += shadow
    board = panel(z, x - width / 2, x + width / 2, low, low + height)
    return Thing(z, [*posts, _sign(board, Material.BOARD)], casters)


def traffic_light(rng: np.random.Generator, x: float, z: float) -> Thing:
    """Draws a post with a signal head."""
    height = between(rng, (2.8, 3.6))
    parts, casters = _post(x, z, height, between(rng, (0.13, 0.19)))
    half, low = 0.19, height - 0.95
    parts.append(
        _sign(panel(z, x - half, x + half, low, height), Material.SIGNAL)
    )
    material, lift = pick(rng, [(Material.RED, 0.75), (Material.GREEN, 0.2)])
    parts.append(_sign(disc(z, x, low + lift, 0.13, 0.13, 8), material))
    return Thing(z, parts, casters)


def bollard(x: float, z: float) -> Thing:
    """Returns a waist-high post."""
    parts, casters = _post(x, z, 1.0, 0.16)
    return Thing(z, parts, casters)
