"""Outlines of the simple shapes that things are put together from."""

import math
from collections.abc import Sequence

from tf_advseg.datasets.streets.geometry.scene import Point


def floor(x0: float, x1: float, z0: float, z1: float) -> list[Point]:
    """Returns a rectangle on the ground."""
    return [(x0, 0, z0), (x1, 0, z0), (x1, 0, z1), (x0, 0, z1)]


def wall(x: float, z0: float, z1: float, y0: float, y1: float) -> list[Point]:
    """Returns an upright rectangle along the street."""
    return [(x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1)]


def panel(z: float, x0: float, x1: float, y0: float, y1: float) -> list[Point]:
    """Returns an upright rectangle that faces the camera."""
    return [(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)]


def limb(
    z: float, start: tuple[float, float], end: tuple[float, float], width: float
) -> list[Point]:
    """Returns a stroke from (x, y) `start` to `end` that faces the camera."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    dx = (y1 - y0) / length * width / 2
    dy = -(x1 - x0) / length * width / 2
    return [
        (x0 - dx, y0 - dy, z),
        (x0 + dx, y0 + dy, z),
        (x1 + dx, y1 + dy, z),
        (x1 - dx, y1 - dy, z),
    ]


def _circle(corners: int) -> list[tuple[float, float]]:
    angles = [2 * math.pi * (i + 0.5) / corners for i in range(corners)]
    return [(math.cos(angle), math.sin(angle)) for angle in angles]


_CIRCLES = {corners: _circle(corners) for corners in range(3, 33)}


def disc(
    z: float, x: float, y: float, rx: float, ry: float, corners: int = 10
) -> list[Point]:
    """Returns an ellipse of up to 32 corners that faces the camera."""
    return [(x + rx * c, y + ry * s, z) for c, s in _CIRCLES[corners]]


def ring(
    z: float, x: float, y: float, rx: float, ry: float, inner: float
) -> list[Point]:
    """Returns a ring that faces the camera; `inner` is a share of the radius.

    The outline goes round outside, then back round inside.
    """
    outside = disc(z, x, y, rx, ry, 12)
    inside = disc(z, x, y, rx * inner, ry * inner, 12)
    return [*outside, outside[0], inside[0], *reversed(inside)]


def blob(
    z: float, x: float, y: float, rx: float, ry: float, radii: Sequence[float]
) -> list[Point]:
    """Returns an ellipse whose radius varies with the angle."""
    circle = _CIRCLES[len(radii)]
    return [
        (x + rx * r * c, y + ry * r * s, z)
        for r, (c, s) in zip(radii, circle, strict=True)
    ]
