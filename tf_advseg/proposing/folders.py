"""The two folders of a run to be: found, and read although nobody said how.

A source without a class map is opened with one that knows no class, so that
its images and labels are paired by the rules that training follows.
"""

from collections.abc import Sequence
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import check_folder
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.archives import open_folder
from tf_advseg.datasets.classes.class_map import ClassMap
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.datasets.domains.folders.layouts import find_layout
from tf_advseg.datasets.domains.folders.listing import CLASS_MAP_NAME
from tf_advseg.datasets.domains.folders.listing import Listing

LABELS = "labels"
"""The folder of labels that needs no word in a class map."""

_JPEG = (".jpg", ".jpeg")


def open_both(source: str, target: str) -> tuple[Place, Place]:
    """Returns the roots of two different folders or archives.

    Raises:
        DataError: If one is missing or a file, or both are one.
    """
    roots = [_root(path) for path in (source, target)]
    if roots[0].resolve() == roots[1].resolve():
        raise DataError(
            f"{source!r} and {target!r} are the same folder; expected one of "
            "labelled images (renders, say) and another of those to adapt to."
        )
    return roots[0], roots[1]


def has_class_map(root: Place) -> bool:
    """Whether a folder says what its labels mean."""
    return (root / CLASS_MAP_NAME).is_file()


def without_classes(root: Place) -> tuple[FolderDomain, str]:
    """Returns a labelled domain of which no class is known yet.

    Returns:
        The domain, whose labels are not to be read through its table, and
        what its folders of labels are called.

    Raises:
        DataError: If there are no images or no labels, or nobody can know
            which of several folders has them.
    """
    name = _label_folder(root)
    nothing = ClassSet("unknown", ("unknown",), ((0, 0, 0),))
    table = LabelTable({}, source="no class map")
    return FolderDomain(root, ClassMap(nothing, table, name)), name


def choose_split(domain: FolderDomain, wanted: str, flag: str) -> str:
    """Returns the split to train on: the one asked for, or the only one.

    Raises:
        DataError: If there is none of that name, but several others.
    """
    if wanted not in domain.splits and len(domain.splits) == 1:
        return domain.splits[0]
    if wanted not in domain.splits:
        raise DataError(
            f"{str(domain.root)!r} has no split {wanted!r}; it has "
            f"{', '.join(domain.splits)}. Say which is to be trained on: "
            f"--{flag}={domain.splits[0]}."
        )
    return check_choice("split", wanted, domain.splits)


def check_labelled(domain: FolderDomain, split: str) -> None:
    """Raises `DataError` if no image of a split has a label."""
    keys = domain.keys(split)
    if not domain.has_labels(split):
        raise DataError(
            f"No image of {str(domain.root)!r} has a label, and a source is "
            f"learned from its labels. {domain.wanted_labels(split)} If the "
            "labels are in the other folder, give that one first."
        )
    if len(domain.missing_labels(split)) < len(keys):
        return
    *_, (folder, listing) = domain.listings(split).items()
    if not listing.files:
        raise DataError(
            f"{folder!r} holds no label: {listing.text()}. Expected PNG files "
            f"named like the images, {keys[0]!r} first.{_why_none(listing)}"
        )
    raise DataError(
        f"None of the {len(listing.files):,} labels in {folder!r} has the "
        f"name of an image: {listing.files[0]!r} is the first label, "
        f"{keys[0]!r} the first image. Give both the same names and "
        "subfolders (endings may differ)."
    )


def labelled_split(
    domain: FolderDomain, wanted: str, trained_on: str
) -> str | None:
    """Returns a split to evaluate on: labelled, and not trained on."""
    splits = sorted(domain.splits, key=lambda name: name != wanted)
    for name in splits:
        if name != trained_on and _has_some(domain, name):
            return name
    return None


def _has_some(domain: FolderDomain, split: str) -> bool:
    keys = domain.keys(split)
    is_labelled = domain.has_labels(split)
    return is_labelled and len(domain.missing_labels(split)) < len(keys)


def _root(path: str) -> Place:
    root = open_folder(path)
    return root if isinstance(root, ArchivePath) else check_folder("It:", root)


def _label_folder(root: Place) -> str:
    splits = find_layout(root, LABELS).values()
    if any(split.has_labels for split in splits):
        return LABELS
    names = sorted({name for split in splits for name in split.like_labels})
    fitting = [name for name in names if _labels_some(root, name)]
    if len(fitting) > 1:
        raise DataError(
            f"The labels of {str(root)!r} may lie in {_either(fitting)}; call "
            f"the right one {LABELS!r}, or move the others away."
        )
    return fitting[0] if fitting else LABELS


def _labels_some(root: Place, name: str) -> bool:
    splits = find_layout(root, name).values()
    return any(split.are_apart and split.label_of for split in splits)


def _either(names: Sequence[str]) -> str:
    return " or ".join(map(repr, names))


def _why_none(listing: Listing) -> str:
    names = [Path(p).suffix for some in listing.left_out.values() for p in some]
    if any(name.lower() in _JPEG for name in names):
        return (
            " JPEG changes the numbers of pixels: export the labels as PNG "
            "(turning the JPEGs into PNGs does not bring the numbers back)."
        )
    return ""
