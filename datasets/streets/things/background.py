"""What closes the view at the end of the street: houses and trees far away."""

import numpy as np

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.chance import happens
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Part
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.shapes import blob
from tf_advseg.datasets.streets.geometry.shapes import panel
from tf_advseg.datasets.streets.style import Layout
from tf_advseg.datasets.streets.things.ground import END

REACH = 190.0
"""Half the width of the closed view at the street's end, in metres."""


def background_things(rng: np.random.Generator, layout: Layout) -> list[Thing]:
    """Draws a row of far houses and trees from the left to the right."""
    things = []
    x = -REACH
    while x < REACH:
        width = between(rng, (14, 40))
        if happens(rng, 0.5):
            height = 1.3 * between(rng, layout.building_height)
            outline = panel(END, x, x + width, 0, height)
            things.append(_thing(outline, classes.BUILDING, Material.FACADE))
        else:
            height = 2 * between(rng, layout.tree_size)
            radii = (1 - 0.2 * rng.random(18)).tolist()
            outline = blob(END, x + width / 2, 0, width, height, radii)
            outline = [(px, max(py, 0.0), pz) for px, py, pz in outline]
            things.append(_thing(outline, classes.VEGETATION, Material.CROWN))
        x += width * between(rng, (0.7, 1.0))
    return things


def _thing(outline: list, class_id: int, material: Material) -> Thing:
    return Thing(END, [Part(outline, class_id, material, Facing.ROUND)])
