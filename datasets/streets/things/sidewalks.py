"""What stands and walks on the sidewalks."""

import numpy as np

from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import count
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.style import Layout
from tf_advseg.datasets.streets.things.furniture import bollard
from tf_advseg.datasets.streets.things.furniture import direction_board
from tf_advseg.datasets.streets.things.furniture import lamp
from tf_advseg.datasets.streets.things.furniture import traffic_light
from tf_advseg.datasets.streets.things.furniture import traffic_sign
from tf_advseg.datasets.streets.things.ground import Street
from tf_advseg.datasets.streets.things.people import person
from tf_advseg.datasets.streets.things.plants import tree


def sidewalk_things(
    rng: np.random.Generator, layout: Layout, street: Street, side: int
) -> list[Thing]:
    """Draws the things of one sidewalk, in no order."""
    away = 2 * side - 1
    edge = street.curbs[side] + away * 0.55
    things = []
    for z in _row(rng, street, layout.lamp_spacing, (4, 80)):
        things.append(lamp(rng, edge, z, side))
    for z in _row(rng, street, layout.tree_spacing, (5, 80)):
        offset = away * (street.sidewalks[side] * 0.75 + 0.2)
        things.append(tree(rng, layout, street.curbs[side] + offset, z))
    if happens(rng, layout.bollards):
        for z in _row(rng, street, (2.5, 3.5), (4, 30)):
            things.append(bollard(edge, z))
    return (
        things
        + _signs(rng, layout, street, side, edge)
        + _walkers(rng, layout, street, side)
    )


def _row(rng, street: Street, spacing: tuple, limits: tuple) -> list[float]:
    """Returns distances at a drawn spacing, off the street across."""
    step = between(rng, spacing)
    z = limits[0] + step * rng.random()
    row = []
    while z < limits[1]:
        if not street.on_crossing(z, margin=1.0):
            row.append(z)
        z += step * between(rng, (0.85, 1.15))
    return row


def _signs(rng, layout, street: Street, side: int, x: float) -> list[Thing]:
    things = []
    for _ in range(count(rng, layout.signs / 2)):
        z = 6 + 34 * rng.random() * rng.random()
        if street.on_crossing(z, margin=0.5):
            continue
        draw = direction_board if happens(rng, 0.12) else traffic_sign
        things.append(draw(rng, x, z))
    if street.crossing is not None and happens(rng, 0.6):
        things.append(traffic_light(rng, x, street.crossing[0] - 0.8))
    return things


def _walkers(rng, layout: Layout, street: Street, side: int) -> list[Thing]:
    away = 2 * side - 1
    things = []
    for _ in range(count(rng, layout.people / 2)):
        z = 4 + 34 * rng.random() * rng.random()
        offset = between(rng, (0.5, max(street.sidewalks[side] - 0.3, 0.8)))
        things.append(person(rng, street.curbs[side] + away * offset, z))
        if happens(rng, 0.25):
            offset += 0.6
            x = street.curbs[side] + away * offset
            things.append(person(rng, x, z + 0.3))
    return things
