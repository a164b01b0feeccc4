"""Looks at a domain before a training does, and says what is wrong with it.

A label with an unknown id should stop a run in its first minute, not after a
night. Every label is read if there are few, an even sample if there are many.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tf_advseg.base.bounded_map import hasty_pool
from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.classes.assumed_labels import table_of
from tf_advseg.datasets.classes.statistics import evenly_spaced
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.file_domain import FileDomain

READ_ALL_UP_TO = 500
SAMPLE = 200
_IMAGES = 8
_MASKS = 50


@dataclasses.dataclass(frozen=True)
class DomainCheck:
    """What was seen of a split.

    Args:
        domain: The domain's name.
        split: The split's name.
        num_images: How many images the split has.
        num_read: How many labels were read; without labels, how many images.
        with_labels: Whether labels were read.
        shares: Share of each class in all pixels read, by name; empty
            without labels.
        ignored_share: Share of ignored pixels.
    """

    domain: str
    split: str
    num_images: int
    num_read: int
    with_labels: bool
    shares: dict[str, float]
    ignored_share: float = 0.0

    @property
    def absent_classes(self) -> tuple[str, ...]:
        """The classes that no label read shows."""
        return tuple(name for name, share in self.shares.items() if not share)

    def summary(self) -> str:
        """Returns one line to print."""
        what = "labels" if self.with_labels else "images"
        some = "all" if self.num_read == self.num_images else "evenly spaced"
        text = (
            f"{self.domain}/{self.split}: {self.num_images} images; "
            f"{self.num_read} {what} ({some}) were read and are sound"
        )
        if self.with_labels:
            text += f"; {self.ignored_share:.1%} of pixels are ignored"
        if self.absent_classes:
            text += f"; not seen: {', '.join(self.absent_classes)}"
        return text + "."


def check_domain(
    domain: Domain, split: str, needs_labels: bool, sample: int = SAMPLE
) -> DomainCheck:
    """Reads enough of a split to know that a training can use it.

    Args:
        domain: The domain.
        split: The split.
        needs_labels: Whether labels are needed and so looked at. They are
            never opened otherwise.
        sample: How many labels to read of a split with more than
            `READ_ALL_UP_TO`; they are evenly spaced.

    Returns:
        What was seen.

    Raises:
        DataError: If there are no images, no labels where they are needed,
            some images have none, or one read is not sound: the sentence
            names the file.
        ValueError: If there is no such split.
    """
    keys = domain.keys(split)
    if not needs_labels:
        read = evenly_spaced(keys, _IMAGES)
        _read_all(domain.read_image, read)
        return DomainCheck(domain.name, split, len(keys), len(read), False, {})
    _check_complete(domain, split, len(keys))
    read = list(keys)
    if len(keys) > READ_ALL_UP_TO:
        read = evenly_spaced(keys, sample)
    _read_all(domain.read_image, evenly_spaced(read, _IMAGES))
    counts = np.sum(_read_all(lambda key: _counts(domain, key), read), axis=0)
    wrong = lost_mask(domain, read, counts[: domain.class_set.num_classes])
    if wrong:
        raise DataError(wrong)
    return _with_counts(domain, split, len(keys), len(read), counts)


def lost_mask(
    domain: Domain, keys: Sequence[str], pixels: np.ndarray
) -> str | None:
    """Says what is wrong if masks of 0 and 255 lose what 255 stands for.

    Many programs write a mask as 0 and 255, where 255 is the object. Unless a
    class map says so, 255 means "ignore", and the objects are gone.

    Args:
        domain: The domain.
        keys: Of labels that were read.
        pixels: Their pixels of each class, `(C,)`.
    """
    table = table_of(domain)
    several = domain.class_set.num_classes > 1
    if not (table and several and np.count_nonzero(pixels) == 1):
        return None
    if not isinstance(
        domain, FileDomain
    ):  # A mixture: its parts are looked at.
        return None

    def codes(key):
        return np.unique(domain.label_codes(key)).tolist()

    some = _read_all(codes, evenly_spaced(keys, _MASKS))
    if not table.loses_a_mask({code for one in some for code in one}):
        return None
    return (
        f"The labels of {domain.name!r} hold one class and 255, which "
        f"{table.source} does not name and which is therefore ignored: if "
        "255 is an object (masks of 0 and 255), give it to a class "
        "(`id: 255`) in a class map; if nothing is labelled there, name it "
        "in `ignore: [255]`."
    )


def check_has_labels(domain: Domain, split: str) -> None:
    """Refuses a split none of whose images has a label; opens no file.

    Raises:
        DataError: If so; the sentence says where labels were looked for.
    """
    missing = domain.missing_labels(split)
    if domain.has_labels(split) and len(missing) < len(domain.keys(split)):
        return
    wanted = ""
    if isinstance(domain, FileDomain):
        wanted = f" {domain.wanted_labels(split)}"
    raise DataError(
        f"Split {split!r} of {domain.name!r} has no labels; expected one "
        f"for each image (in a folder, beside its images).{wanted}"
    )


def _check_complete(domain: Domain, split: str, num_images: int) -> None:
    check_has_labels(domain, split)
    missing = domain.missing_labels(split)
    if missing:
        raise DataError(
            f"{len(missing)} of {num_images} images of split {split!r} of "
            f"{domain.name!r} have no label, {missing[0]!r} first; add the "
            "labels, or make a split of the labelled images."
        )


def _with_counts(
    domain: Domain, split: str, num_images: int, num_read: int, counts
) -> DomainCheck:
    names = domain.class_set.names
    if not counts[: len(names)].any():
        raise DataError(
            f"All pixels of the {num_read} labels read of split {split!r} of "
            f"{domain.name!r} are ignored; expected some of the classes "
            f"{', '.join(names)}: check the ids of the class map."
        )
    shares = counts / counts.sum()
    return DomainCheck(
        domain.name,
        split,
        num_images,
        num_read,
        True,
        {name: float(shares[i]) for i, name in enumerate(names)},
        float(shares[IGNORE_LABEL]),
    )


def _counts(domain: Domain, key: str) -> np.ndarray:
    """Pixels of each value of a label, `(256,)`."""
    counts = np.bincount(domain.read_label(key).ravel(), minlength=256)
    num_classes = domain.class_set.num_classes
    wrong = np.flatnonzero(counts[num_classes:IGNORE_LABEL]) + num_classes
    if wrong.size:
        raise DataError(
            f"Label {key!r} of {domain.name!r} holds the train ids "
            f"{wrong.tolist()}; expected 0 to {num_classes - 1} for the "
            f"{num_classes} classes declared, or {IGNORE_LABEL}."
        )
    return counts


def _read_all(read, keys: Sequence[str]) -> list:
    with hasty_pool() as pool:
        return list(pool.map(read, keys))
