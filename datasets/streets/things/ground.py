"""The ground: road, sidewalks, verges, lane markings, a street across."""

import dataclasses

import numpy as np

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.chance import pick
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Part
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.shapes import floor
from tf_advseg.datasets.streets.style import Layout

END = 160.0
"""Where the street ends, in metres."""

PARKING = 2.1
"""Width of a parking lane in metres."""


@dataclasses.dataclass(frozen=True)
class Street:
    """The widths of a street and where another one crosses it.

    Right-hand traffic; the camera drives at x = 0.

    Args:
        lane: Width of a lane.
        lanes: Lanes a direction.
        curbs: x of the curb on the left and on the right.
        sidewalks: Width of the two sidewalks.
        verges: Width of the two strips of grass behind them, or 0.
        crossing: (z0, z1) of the street across, or None.
    """

    lane: float
    lanes: int
    curbs: tuple[float, float]
    sidewalks: tuple[float, ...]
    verges: tuple[float, ...]
    crossing: tuple[float, float] | None

    @property
    def middle(self) -> float:
        """x of the line between the two directions."""
        return -self.lane / 2

    def house_line(self, side: int) -> float:
        """Returns x of the house fronts; `side` is 0 (left) or 1."""
        away = 2 * side - 1
        return self.curbs[side] + away * (
            self.sidewalks[side] + self.verges[side]
        )

    def on_crossing(self, z: float, margin: float = 0.0) -> bool:
        """Whether a thing at distance z would stand on the street across."""
        if self.crossing is None:
            return False
        return self.crossing[0] - margin < z < self.crossing[1] + margin


def draw_street(rng: np.random.Generator, layout: Layout) -> Street:
    """Draws the widths of a street."""
    lane = between(rng, layout.lane_width)
    lanes = 2 if happens(rng, layout.two_lanes) else 1
    parking = [PARKING if happens(rng, 0.8) else 0.4 for _ in range(2)]
    left = -lane / 2 - lanes * lane - parking[0]
    right = -lane / 2 + lanes * lane + parking[1]
    sidewalks = [between(rng, layout.sidewalk) for _ in range(2)]
    verges = [
        between(rng, (1.5, 5.0)) if happens(rng, layout.verge) else 0.0
        for _ in range(2)
    ]
    crossing = None
    if happens(rng, layout.crossing):
        start = between(rng, (12, 45))
        crossing = (start, start + between(rng, (7, 11)))
    return Street(
        lane, lanes, (left, right), tuple(sidewalks), tuple(verges), crossing
    )


def ground_things(rng: np.random.Generator, street: Street) -> list[Thing]:
    """Returns the ground in drawing order."""
    parts = [_part(floor(-90, 90, 0, END), classes.VEGETATION, Material.GRASS)]
    for side in range(2):
        parts += _sidewalk(street, side)
    left, right = street.curbs
    road = _part(floor(left, right, 0, END), classes.ROAD, Material.ASPHALT)
    parts.append(road)
    if street.crossing is not None:
        across = floor(-90, 90, *street.crossing)
        parts.append(_part(across, classes.ROAD, Material.ASPHALT))
    surfaces = Thing(END, parts)
    return [surfaces, Thing(END, _markings(rng, street))]


def _part(points, class_id: int, material: Material) -> Part:
    return Part(points, class_id, material, Facing.GROUND)


def _sidewalk(street: Street, side: int) -> list[Part]:
    away = 2 * side - 1
    curb = street.curbs[side]
    inner, outer = sorted((curb, curb + away * street.sidewalks[side]))
    left, right = sorted((curb, curb + away * 0.22))
    return [
        _part(floor(inner, outer, 0, END), classes.SIDEWALK, Material.PAVEMENT),
        _part(floor(left, right, 0, END), classes.SIDEWALK, Material.CURB),
    ]


def _markings(rng: np.random.Generator, street: Street) -> list[Part]:
    width = between(rng, (0.14, 0.24))
    lines = [(street.middle, happens(rng, 0.3))]
    for lane in range(1, street.lanes):
        lines.append((street.middle + lane * street.lane, False))
        lines.append((street.middle - lane * street.lane, False))
    if happens(rng, 0.6):
        lines.append((street.middle + street.lanes * street.lane, True))
        lines.append((street.middle - street.lanes * street.lane, True))
    rectangles = []
    for x, solid in lines:
        rectangles += _line(rng, x, width, solid)
    if street.crossing is not None:
        start, end = street.crossing
        rectangles = [r for r in rectangles if not _overlaps(r, start, end)]
        rectangles += _zebra(rng, street, start)
    return [
        _part(floor(*rectangle), classes.MARKING, Material.PAINT)
        for rectangle in rectangles
    ]


def _line(rng, x: float, width: float, solid: bool) -> list[tuple]:
    """Returns (x0, x1, z0, z1) of the dashes of a line along the street."""
    dash, space = (4.0, 0.0) if solid else pick(rng, [(3, 5), (4, 6), (2, 4)])
    start = -between(rng, (0, dash + space))
    count = int(90 / (dash + space))
    starts = [start + i * (dash + space) for i in range(count)]
    return [(x - width / 2, x + width / 2, z, z + dash) for z in starts]


def _overlaps(rectangle: tuple, start: float, end: float) -> bool:
    return rectangle[3] > start - 4.5 and rectangle[2] < end


def _zebra(
    rng: np.random.Generator, street: Street, crossing: float
) -> list[tuple]:
    left, right = street.curbs
    start = crossing - 3.8
    if happens(rng, 0.3):
        return [(street.middle, right, start + 3, start + 3.4)]
    pitch = between(rng, (0.9, 1.2))
    bars = int((right - left) / pitch)
    return [
        (x, x + pitch / 2, start, start + 2.8)
        for x in (left + (i + 0.25) * pitch for i in range(bars))
    ]
