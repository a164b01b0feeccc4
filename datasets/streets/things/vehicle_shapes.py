"""Kinds of vehicles: their sizes, outlines and windows seen from the side."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Shape:
    """A kind of vehicle: its size in metres and its outline.

    The outline goes from the tail's bottom over the roof to the nose's
    bottom in shares of the length and the height.
    """

    length: float
    width: float
    height: float
    outline: tuple[tuple[float, float], ...]
    boxy: bool = False


SALOON = Shape(4.5, 1.8, 1.45, (
    (0, 0.2), (0, 0.6), (0.13, 0.65), (0.27, 1), (0.58, 1), (0.75, 0.65),
    (1, 0.55), (1, 0.2),
))  # fmt: skip
HATCHBACK = Shape(3.9, 1.75, 1.5, (
    (0, 0.2), (0.01, 0.6), (0.1, 1), (0.56, 1), (0.74, 0.64), (1, 0.54),
    (1, 0.2),
))  # fmt: skip
VAN = Shape(5.2, 2.0, 2.3, (
    (0, 0.14), (0, 1), (0.78, 1), (0.9, 0.58), (1, 0.48), (1, 0.14),
), boxy=True)  # fmt: skip
BUS = Shape(10.5, 2.5, 3.1, (
    (0, 0.12), (0, 1), (1, 1), (1, 0.12),
), boxy=True)  # fmt: skip
TRUCK = Shape(7.5, 2.4, 3.3, (
    (0, 0.2), (0, 1), (0.72, 1), (0.74, 0.8), (0.97, 0.78), (1, 0.5), (1, 0.2),
), boxy=True)  # fmt: skip

BELT = 0.62
"""Share of the height above which a vehicle narrows and has its windows."""


def side_panes(shape: Shape) -> list[list[tuple[float, float]]]:
    """Returns the outlines of the side windows, in shares like the outline."""
    if shape is TRUCK:
        return [[(0.8, 0.5), (0.8, 0.72), (0.94, 0.72), (0.96, 0.5)]]
    if shape is VAN:
        return [[(0.66, 0.58), (0.66, 0.9), (0.78, 0.9), (0.87, 0.58)]]
    if shape is BUS:
        starts = [0.04 + 0.16 * i for i in range(6)]
        return [
            [(a, 0.5), (a, 0.85), (a + 0.13, 0.85), (a + 0.13, 0.5)]
            for a in starts
        ]
    cabin = [(a, y) for a, y in shape.outline if y >= BELT]
    low = min(a for a, _ in cabin), max(a for a, _ in cabin)
    high = [a for a, y in cabin if y == 1]
    middle = sum(high) / 2
    left = [
        (low[0] + 0.08, 0.68), (high[0] + 0.03, 0.94),
        (middle - 0.01, 0.94), (middle - 0.01, 0.68),
    ]  # fmt: skip
    right = [
        (middle + 0.01, 0.68), (middle + 0.01, 0.94),
        (high[1] - 0.02, 0.94), (low[1] - 0.07, 0.68),
    ]  # fmt: skip
    return [left, right]
