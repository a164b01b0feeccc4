"""A domain that is several: two games, say, or a camera by day and by night.

A key is that of the domain it comes from, behind the domain's name. Whoever
walks the keys sees each image once; training draws a domain by its share, and
then an image of it (`pipeline/mixed_sampling.py`).
"""

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.assumed_labels import table_of
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.composed.other_classes import in_classes_of
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain

_VERSION = "mixture, 1"


@dataclasses.dataclass(frozen=True)
class Part:
    """One of the domains.

    Args:
        name: Its name, made unique; keys begin with it.
        domain: The domain, of the mixture's classes.
        share: Of the images that training draws, 0 to 1.
        ignored: Its classes that the mixture has no counterpart of.
    """

    name: str
    domain: Domain
    share: float
    ignored: tuple[str, ...] = ()


class Mixture(Domain):
    """Several domains as one.

    A split is of the domains that have it.

    Attributes:
        parts: What it is made of.
        label_table: How the first one's labels are read; None: as train ids.

    Args:
        domains: At least one; their classes are mapped by name.
        shares: Of the images that training draws, one a domain, sum 1; by
            default all are alike.
        class_set: The classes; by default the first domain's.

    Raises:
        DataError: If a domain has none of the classes.
        ValueError: If the shares are none.

    Example:
        >>> from tf_advseg.datasets import StreetsDomain
        >>> both = Mixture([StreetsDomain("sim"), StreetsDomain("real")])
        >>> both.name, len(both.keys("train")), both.keys("val")[0]
        ('streets-sim + streets-real', 800, 'streets-real/val/000000')
    """

    def __init__(
        self,
        domains: Sequence[Domain],
        shares: Sequence[float] | None = None,
        class_set: ClassSet | None = None,
    ):
        shares = shares or [1.0 / len(domains)] * len(domains)
        is_whole = len(shares) == len(domains) and abs(sum(shares) - 1) < 1e-6
        if not is_whole or min(shares) <= 0:
            raise ValueError(
                f"Expected a share above 0 for each of {len(domains)} domains, "
                f"1 together; received {list(shares)}."
            )
        self.class_set = class_set or domains[0].class_set
        self.parts = tuple(self._parts(domains, shares))
        self.name = " + ".join(part.name for part in self.parts)
        self.label_table = table_of(self.parts[0].domain)
        splits = {split: None for one in domains for split in one.splits}
        self.splits = tuple(sorted(splits, key=lambda name: name != "train"))
        self._keys = functools.cache(self._list_keys)

    def parts_with(self, split: str) -> list[Part]:
        """Returns the parts that have a split.

        Raises:
            ValueError: If none has.
        """
        check_choice(f"split of {self.name!r}", split, self.splits)
        return [part for part in self.parts if split in part.domain.splits]

    def indices(self, split: str) -> list[np.ndarray]:
        """Returns where the images of each part stand among the split's keys.

        Args:
            split: The split; of the parts that have it.

        Returns:
            int64 `(N,)` a part, in the order of its own keys.
        """
        place = {key: index for index, key in enumerate(self.keys(split))}
        return [
            np.array([place[key] for key in _keys(part, split)], np.int64)
            for part in self.parts_with(split)
        ]

    def keys(self, split: str) -> Sequence[str]:
        return self._keys(split)

    def has_labels(self, split: str) -> bool:
        return all(
            part.domain.has_labels(split) for part in self.parts_with(split)
        )

    def read_image(self, key: str) -> np.ndarray:
        part, own = self._found(key)
        return part.domain.read_image(own)

    def read_label(self, key: str) -> np.ndarray:
        part, own = self._found(key)
        return part.domain.read_label(own)

    def read_sample(
        self, key: str, size: tuple[int, int] | None, with_label: bool
    ) -> tuple[np.ndarray, ...]:
        part, own = self._found(key)
        return part.domain.read_sample(own, size, with_label)

    def fingerprint(self, split: str, with_labels: bool) -> str | None:
        lines = [_VERSION]
        for part in self.parts_with(split):
            known = part.domain.fingerprint(split, with_labels)
            if known is None:
                return None
            lines.append(f"{part.name} {known}")
        return digest(lines)

    def left_out(self, split: str) -> str:
        return "; ".join(
            f"of {part.name} {part.domain.left_out(split)}"
            for part in self.parts_with(split)
        )

    def missing_labels(self, split: str) -> Sequence[str]:
        return [
            f"{part.name}/{key}"
            for part in self.parts_with(split)
            for key in part.domain.missing_labels(split)
        ]

    def _parts(self, domains, shares):
        names = []
        for domain, share in zip(domains, shares, strict=True):
            name = own = domain.name.replace("/", "-")
            number = 1
            while name in names:  # Folders of two cameras may share a name.
                number += 1
                name = f"{own}-{number}"
            names.append(name)
            ignored = ()
            if domain.class_set.names != self.class_set.names:
                domain, ignored = in_classes_of(domain, self.class_set)
            yield Part(name, domain, share, ignored)

    def _list_keys(self, split: str) -> tuple[str, ...]:
        parts = self.parts_with(split)
        return tuple(
            sorted(key for part in parts for key in _keys(part, split))
        )

    def _found(self, key: str) -> tuple[Part, str]:
        """The part that has a key, and the key there."""
        name, _, own = key.partition("/")
        for part in self.parts:
            if part.name == name:
                return part, own
        raise DataError(f"{self.name!r} has no image {key!r}.")


def domains_in(domain: Domain) -> list[Domain]:
    """Returns the domains that a mixture is made of; of any other, itself."""
    if isinstance(domain, Mixture):
        return [part.domain for part in domain.parts]
    return [domain]


def _keys(part: Part, split: str) -> list[str]:
    return [f"{part.name}/{key}" for key in part.domain.keys(split)]
