"""The layout model: what stands where on a street, for both domains.

One camera looks along a straight street: ground, two rows of houses with
gaps, trees and furniture on the sidewalks, parked and moving vehicles,
walkers and riders. A `Layout` says how often and how large; the drawing is
done in metres, so the domains share their perspective and their shapes.
"""

import numpy as np

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.geometry.scene import Scene
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.scene import assemble
from tf_advseg.datasets.streets.geometry.view import View
from tf_advseg.datasets.streets.style import Layout
from tf_advseg.datasets.streets.things.background import background_things
from tf_advseg.datasets.streets.things.buildings import draw_houses
from tf_advseg.datasets.streets.things.buildings import house_thing
from tf_advseg.datasets.streets.things.ground import Street
from tf_advseg.datasets.streets.things.ground import draw_street
from tf_advseg.datasets.streets.things.ground import ground_things
from tf_advseg.datasets.streets.things.plants import bush
from tf_advseg.datasets.streets.things.plants import hedge
from tf_advseg.datasets.streets.things.plants import tree
from tf_advseg.datasets.streets.things.sidewalks import sidewalk_things
from tf_advseg.datasets.streets.things.traffic import traffic_things


def draw_scene(rng: np.random.Generator, layout: Layout) -> Scene:
    """Draws a street scene."""
    view = View(
        height=between(rng, layout.camera_height),
        focal=between(rng, (0.95, 1.15)),
        horizon=between(rng, layout.horizon),
        pan=between(rng, (-layout.pan, layout.pan)),
        roll=between(rng, (-0.02, 0.02)),
    )
    street = draw_street(rng, layout)
    behind = []
    for side in range(2):
        behind += _roadside(rng, layout, street, side)
    ahead = traffic_things(rng, layout, street)
    for side in range(2):
        ahead += sidewalk_things(rng, layout, street, side)
    things = [
        *background_things(rng, layout),
        *ground_things(rng, street),
        *_far_to_near(behind),
        *_far_to_near(ahead),
    ]
    return assemble(view, things, classes.SKY)


def _far_to_near(things: list[Thing]) -> list[Thing]:
    return sorted(things, key=lambda thing: -thing.distance)


def _roadside(
    rng: np.random.Generator, layout: Layout, street: Street, side: int
) -> list[Thing]:
    """Returns what stands behind the sidewalk: it hides nothing on it."""
    houses, gaps = draw_houses(rng, layout, street, side)
    things = [house_thing(rng, layout, house) for house in houses]
    away = 2 * side - 1
    line = street.house_line(side)
    for z0, z1 in gaps:
        z = max(z0, 3.0) + between(rng, (0.5, 3.0))
        while z < z1:
            if not street.on_crossing(z, margin=1.0):
                grow = tree if happens(rng, 0.7) else bush
                x = line + away * between(rng, (0.5, 9.0))
                things.append(grow(rng, layout, x, z))
            z += between(rng, (1.5, 5.0))
    if street.verges[side] and happens(rng, layout.hedge):
        x = street.curbs[side] + away * (street.sidewalks[side] + 0.3)
        end = street.crossing[0] - 3 if street.crossing else 60.0
        things.append(hedge(rng, x, between(rng, (2, 8)), end, side))
    return things
