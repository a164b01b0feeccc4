"""Names and colours for the classes of a converted segmenter.

A PyTorch checkpoint only has the number of its classes. The programs of the
papers train 19 Cityscapes classes, the 16 that SYNTHIA shares, or the 13
without wall, fence and pole, always in the order of Cityscapes.
"""

import colorsys

from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.classes.class_sets import COLOURS
from tf_advseg.datasets.classes.class_subsets import CLASS_SUBSETS
from tf_advseg.datasets.domains.domain import ClassSet


def class_set_of(num_classes: int, names: str = "") -> ClassSet:
    """Returns the classes of a segmenter with `num_classes` outputs.

    Args:
        num_classes: C.
        names: The classes' names, separated by commas; empty for the
            Cityscapes classes where C is 19, 16 or 13, and for `class_0`,
            `class_1`, ... elsewhere.

    Raises:
        ValueError: If the number of names is not C, or one comes twice.
    """
    if names:
        given = tuple(name.strip() for name in names.split(","))
        if len(given) != num_classes:
            raise ValueError(
                f"The checkpoint has {num_classes} classes; received "
                f"{len(given)} names in --class_names."
            )
        return ClassSet(f"classes{num_classes}", given, _colours(given))
    for name, subset in CLASS_SUBSETS.items():
        if len(subset) == num_classes:
            return CLASS_SETS[name]
    generic = tuple(f"class_{index}" for index in range(num_classes))
    return ClassSet(f"classes{num_classes}", generic, _colours(generic))


def _colours(names) -> tuple[tuple[int, int, int], ...]:
    """Cityscapes' colours where all names are its, else hues in a circle."""
    if set(names) <= set(COLOURS):
        return tuple(COLOURS[name] for name in names)
    hues = [index / len(names) for index in range(len(names))]
    shares = [colorsys.hsv_to_rgb(hue, 0.8, 0.9) for hue in hues]
    return tuple(
        (round(255 * red), round(255 * green), round(255 * blue))
        for red, green, blue in shares
    )
