"""What drives and parks on the road, and who crosses it."""

import numpy as np

from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import count
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.style import Layout
from tf_advseg.datasets.streets.things.ground import PARKING
from tf_advseg.datasets.streets.things.ground import Street
from tf_advseg.datasets.streets.things.people import cyclist
from tf_advseg.datasets.streets.things.people import person
from tf_advseg.datasets.streets.things.vehicles import vehicle


def traffic_things(
    rng: np.random.Generator, layout: Layout, street: Street
) -> list[Thing]:
    """Draws vehicles, riders and people on the road, in no order."""
    things = []
    for lane in range(street.lanes):
        shift = (lane + 0.5) * street.lane
        things += _lane(rng, layout, street.middle + shift, reverse=False)
        things += _lane(rng, layout, street.middle - shift, reverse=True)
    for side in range(2):
        things += _parked(rng, layout, street, side)
    for _ in range(count(rng, layout.cyclists)):
        z = 5 + 28 * rng.random() * rng.random()
        x = street.curbs[1] - between(rng, (PARKING + 0.2, PARKING + 1.2))
        if happens(rng, 0.3):
            x = street.curbs[0] + PARKING + between(rng, (0.2, 1.2))
        things.append(cyclist(rng, x, z))
    if street.crossing is not None:
        things += _at_the_crossing(rng, layout, street, *street.crossing)
    return things


def _lane(rng, layout: Layout, x: float, reverse: bool) -> list[Thing]:
    """Returns vehicles one after another in a lane."""
    things = []
    z = between(rng, (6, 26))
    for _ in range(count(rng, layout.traffic)):
        shift = between(rng, (-0.3, 0.3))
        things.append(
            vehicle(rng, x + shift, z, big=layout.big_vehicle, reverse=reverse)
        )
        z += 13 + between(rng, (0, 25))
    return things


def _parked(rng, layout: Layout, street: Street, side: int) -> list[Thing]:
    inwards = 1 - 2 * side
    lane_end = street.middle - inwards * street.lanes * street.lane
    if abs(street.curbs[side] - lane_end) < PARKING - 0.1:
        return []
    x = street.curbs[side] + inwards * PARKING / 2
    taken = layout.parked * between(rng, (0.2, 1.6))
    things = []
    z = between(rng, (1.5, 6.0))
    while z < 70:
        free = street.on_crossing(z + 2, margin=5.0)
        if not free and happens(rng, taken):
            big = 0.25 * layout.big_vehicle
            reverse = (side == 0) != happens(rng, 0.1)
            things.append(vehicle(rng, x, z, big=big, reverse=reverse))
        z += between(rng, (5.6, 7.0))
    return things


def _at_the_crossing(
    rng, layout: Layout, street: Street, start: float, end: float
) -> list[Thing]:
    things = []
    for _ in range(count(rng, 0.35 * layout.people)):
        x = between(rng, street.curbs)
        z = start - between(rng, (1.2, 3.6))
        things.append(person(rng, x, z))
    for z in ((start + end) / 2 + 0.8, start + 0.8):
        if happens(rng, 0.4 * layout.traffic):
            x = between(rng, (-0.8 * start, 0.8 * start))
            reverse = z > start + 1
            things.append(
                vehicle(
                    rng,
                    x,
                    z,
                    big=layout.big_vehicle,
                    reverse=reverse,
                    crossing=True,
                )
            )
    return things
