"""What class names tell of the world: the sky is above and is blue."""

from collections.abc import Sequence

SKY = ("sky",)
GROUND = ("road", "drivable", "street", "floor", "ground", "sidewalk")
PLANTS = ("vegetation", "tree", "trees", "grass", "terrain", "nature")


def find(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Returns the train id of the first wanted class that there is."""
    lower = [name.lower() for name in names]
    return next((lower.index(w) for w in wanted if w in lower), None)
