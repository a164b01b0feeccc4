"""A published data set, read as it comes out of its archives."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.archives import advice
from tf_advseg.datasets.archives import open_archives
from tf_advseg.datasets.archives import open_folder
from tf_advseg.datasets.classes.class_mapping import ClassMapping
from tf_advseg.datasets.classes.class_mapping import map_by_name
from tf_advseg.datasets.classes.class_sets import choose_class_set
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.domains.folders.listing import UNLABELLED
from tf_advseg.datasets.domains.folders.listing import Listing
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native_files import SplitFiles
from tf_advseg.datasets.domains.published_data import PublishedData


class NativeDomain(FileDomain):
    """A published data set in its own layout.

    A key is the path of the image relative to the root, which may be a
    folder, an archive, a folder in an archive, or the folder of the archives
    that the data set is shipped in.

    Attributes:
        data: What is known of it, under the options that were chosen.
        rules: The naming rules of each split.
        mapping: Where each raw class goes; what is dropped or merged.

    Args:
        data: The data set.
        root: The folder that holds it.
        classes: A class set, by name or number of classes: cityscapes19,
            -16 or -13, camvid11, idd7.
        **options: Some of the data set's options.

    Raises:
        DataError: If the folder does not hold the data set.
        ValueError: If there is no such class set, option or choice.

    Example:
        >>> from tf_advseg.datasets.published import CITYSCAPES
        >>> NativeDomain(CITYSCAPES, "cityscapes", 16)  # doctest: +SKIP
    """

    def __init__(
        self,
        data: PublishedData,
        root: str | Path = "",
        classes: int | str | None = None,
        **options: Any,
    ):
        self.data = data.chosen(**options)
        self.name = data.name
        self.class_set = choose_class_set(classes or self.data.default_classes)
        self.mapping = map_by_name(
            self.data.raw_ids, self.class_set, self.data.same_as
        )
        self.label_table = _label_table(self.data, self.mapping)
        self.rules = self.data.rules
        self.root = self._check_root(root)
        self._files = self._split_files()
        self._look_into_archives()
        self.splits = tuple(s for s, f in self._files.items() if f.is_present)
        if not self.splits:
            raise DataError(
                f"{str(root)!r} holds none of {self._wanted()}."
                + (advice(self.root) if isinstance(self.root, Path) else "")
            )

    def keys(self, split: str) -> Sequence[str]:
        files = self._split(split)
        keys = files.images
        if self.data.sparse_labels and files.has_labels:
            keys = files.labels
        if not keys:
            raise DataError(
                f"Split {split!r} of {self.name!r} has no images below "
                f"{str(self.root)!r}; expected {_either(files.rules)}."
            )
        return tuple(keys)

    def has_labels(self, split: str) -> bool:
        return self._split(split).has_labels

    def missing_labels(self, split: str) -> Sequence[str]:
        labels = self._split(split).labels
        return [key for key in self.keys(split) if key not in labels]

    def listings(self, split: str) -> dict[str, Listing]:
        files = self._split(split)
        others = [f for name, f in self._files.items() if name != split]

        def elsewhere(image):
            return any(image in other.images for other in others)

        found = files.listings(elsewhere)
        if not (self.data.sparse_labels and files.has_labels):
            return found
        for folder, listing in found.items():
            bare = {f"{folder}/{p}".lstrip("/"): p for p in listing.files}
            gone = [p for key, p in bare.items() if key not in files.labels]
            found[folder] = listing.without(gone, UNLABELLED)
        return found

    def wanted_labels(self, split: str) -> str:
        files = self._split(split)
        patterns = [rule.labels for rule in files.rules if rule.labels]
        if not patterns:
            return f"{self.data.title} has no labels for this split."
        there = files.other_labels
        found = f"there is {there[0]!r} instead" if there else "there is none"
        return (
            f"Looked for {patterns[0]!r} below {str(self.root)!r}, as "
            f"{self.name!r} is published; {found}."
        )

    def _split_files(self) -> dict[str, SplitFiles]:
        return {
            split: SplitFiles(self.root, rules, self._belongs(split))
            for split, rules in self.rules.items()
        }

    def _belongs(self, split: str):
        """Returns whether an image is of a split, where folders do not tell."""
        split_of = self.data.split_of
        return lambda image: split_of is None or split_of(image) == split

    def _look_into_archives(self) -> None:
        """Takes what a folder lacks from the archives in it, if any."""
        complete = all(files.is_complete for files in self._files.values())
        if complete or isinstance(self.root, ArchivePath):
            return
        together = open_archives(self.root)
        if together is not None:
            self.root = together
            self._files = self._split_files()

    def _label_path(self, key: str) -> Place:
        for files in self._files.values():
            if key in files.labels:
                return self.root / files.labels[key]
        names = [
            rule.label_of(key)
            for rule in self._all_rules
            if rule.labels and rule.matches(key)
        ]
        hint = f"expected {names[0]!r}" if names else "its split has none"
        raise DataError(f"Image {key!r} of {self.name!r} has no label; {hint}.")

    @property
    def _all_rules(self) -> list[NamingRule]:
        return [rule for some in self.rules.values() for rule in some]

    def _split(self, split: str) -> SplitFiles:
        check_choice(f"split of {self.name!r}", split, self.rules)
        return self._files[split]

    def _check_root(self, root: str | Path) -> Place:
        if not str(root):
            raise DataError(
                f"{self.name!r} needs the folder that holds it: "
                f'{self.name}(root="FOLDER") with {self._wanted()}.'
            )
        folder = open_folder(root)
        if not folder.is_dir():
            raise DataError(
                f"The folder {str(root)!r} does not exist; expected one with "
                f"{self._wanted()}."
            )
        return folder

    def _wanted(self) -> str:
        """What the root should hold, and where to get it."""
        return (
            f"{_either(self._all_rules)} of {self.data.title}, for which to "
            f"register at {self.data.register}"
        )


def _label_table(data: PublishedData, mapping: ClassMapping) -> LabelTable:
    return LabelTable(
        {code: mapping.train_id(name) for code, name in data.codes.items()},
        labels_are=data.labels_are,
        ignore_unknown=data.ignore_unknown,
        source=f"the data set {data.name!r}",
        advice="expected the label files as they were published",
    )


def _either(rules: Sequence[NamingRule]) -> str:
    """The first few places of images."""
    places = list(dict.fromkeys(rule.images for rule in rules))
    more = ", ..." if len(places) > 3 else ""
    return ", ".join(places[:3]) + more
