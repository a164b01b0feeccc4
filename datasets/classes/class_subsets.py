"""Named groups of classes over which papers report a mean IoU.

Cityscapes results are quoted over 19, 16 or 13 classes: 19 for GTA5, the 16
that SYNTHIA also has, and the 13 that remain without wall, fence and pole
(the starred mIoU of AdaptSegNet and ADVENT). All come from one evaluation.
"""

from collections.abc import Sequence

from tf_advseg.datasets.classes.class_sets import CLASS_SETS

CLASS_SUBSETS = {
    name: CLASS_SETS[name].names
    for name in ("cityscapes19", "cityscapes16", "cityscapes13")
}
"""Name of a subset to the names of its classes."""

CITYSCAPES_19, CITYSCAPES_16, CITYSCAPES_13 = CLASS_SUBSETS.values()


def subsets_of(class_names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Returns the known subsets whose classes are all in `class_names`.

    Example:
        >>> sorted(subsets_of(CITYSCAPES_16))
        ['cityscapes13', 'cityscapes16']
    """
    return {
        name: subset
        for name, subset in CLASS_SUBSETS.items()
        if set(subset) <= set(class_names)
    }


def parse_subset(text: str, class_names: Sequence[str]) -> tuple[str, ...]:
    """Returns the classes that one item of `--subsets` asks for.

    Args:
        text: A known subset's name, or class names joined by `+`
            (`road+car+person`).
        class_names: The classes that exist.

    Raises:
        ValueError: If a class does not exist; the message names it.
    """
    names = CLASS_SUBSETS.get(text, tuple(text.split("+")))
    missing = [name for name in names if name not in class_names]
    if missing:
        raise ValueError(
            f"Subset {text!r} needs the classes {', '.join(missing)}, which "
            f"this class set lacks; it has: {', '.join(class_names)}. Give "
            f"one of {', '.join(CLASS_SUBSETS)}, or class names joined by '+'."
        )
    return names
