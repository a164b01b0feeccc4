"""Base of the published data sets, read as they come out of their archives.

A data set is a few facts: where its files lie (`naming_rule`), the ids of
its raw classes, and which of them are called otherwise in the class sets of
the field (`class_sets`, `class_mapping`). Files in `published/` state them.
"""

import dataclasses
import functools
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import advice
from tf_advseg.datasets.archives import open_archives
from tf_advseg.datasets.archives import open_folder
from tf_advseg.datasets.classes.class_mapping import ClassMapping
from tf_advseg.datasets.classes.class_mapping import map_by_name
from tf_advseg.datasets.classes.class_sets import choose_class_set
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.classes.label_table import colour_code
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.domains.native_files import SplitFiles

Rules = Mapping[str, Sequence[NamingRule]]


@dataclasses.dataclass(frozen=True)
class Facts:
    """What to know about a data set before getting it.

    Args:
        title: What it is, in one line.
        register: Where to register for it, or get it.
        licence: Its terms, in a few words; those on its page are binding.
        image_size: (H, W) of its images; None if they differ.
        counts: Images of each split; None: not known here.
        training_size: (H, W) that the papers resize to, if they used it.
        creators: Who made it: the authors of its paper.
        unverified: What is from memory or from others' programs here, and
            was seen neither in the data nor in its own documentation.
    """

    title: str
    register: str
    licence: str
    image_size: tuple[int, int] | None
    counts: Mapping[str, int | None]
    training_size: tuple[int, int] | None = None
    creators: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


class NativeDomain(FileDomain):
    """A published data set in its own layout.

    A key is the path of the image relative to the root, which may be a
    folder, an archive, a folder in an archive, or the folder of the archives
    that the data set is shipped in.

    Attributes:
        facts: What to know about it.
        rules: The naming rules of each split.
        raw_ids: The id, or the ids, of each raw class; RGB colours, one or
            a tuple of them, if `of_colours`.
        same_as: What the class sets call raw classes of another name.
        ignore_unknown: Whether ids that `raw_ids` lacks are ignored rather
            than an error.
        sparse_labels: Whether only some images have labels; the splits with
            labels are made of those.
        default_classes: The class set where none is asked for.
        own_classes: Further class sets that were made for it.

    Args:
        root: The folder that holds it.
        classes: A class set, by name or number of classes: cityscapes19,
            -16 or -13, camvid11, idd7.
        rules: Naming rules that replace the class's own.

    Raises:
        DataError: If the folder does not hold the data set.
        ValueError: If there is no such class set.
    """

    facts: ClassVar[Facts]
    rules: Rules
    raw_ids: Mapping[str, int | tuple]
    same_as: ClassVar[Mapping[str, str]] = {}
    of_colours: ClassVar[bool] = False
    ignore_unknown: ClassVar[bool] = False
    sparse_labels: ClassVar[bool] = False
    default_classes: ClassVar[int | str] = 19
    own_classes: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        root: str | Path = "",
        classes: int | str | None = None,
        rules: Rules | None = None,
    ):
        self.class_set = choose_class_set(classes or self.default_classes)
        self.rules = rules or self.rules
        self.root = self._check_root(root)
        self._files = self._split_files()
        self._look_into_archives()
        self.splits = tuple(s for s, f in self._files.items() if f.is_present)
        if not self.splits:
            raise DataError(
                f"{str(root)!r} holds none of {self._wanted()}."
                + (advice(self.root) if isinstance(self.root, Path) else "")
            )

    @functools.cached_property
    def mapping(self) -> ClassMapping:
        """Where each raw class goes; what is dropped or merged."""
        return map_by_name(self.raw_ids, self.class_set, self.same_as)

    def keys(self, split: str) -> Sequence[str]:
        files = self._split(split)
        keys = files.images
        if self.sparse_labels and files.has_labels:
            keys = files.labels
        if not keys:
            raise DataError(
                f"Split {split!r} of {self.name!r} has no images below "
                f"{str(self.root)!r}; expected {_either(files.rules)}."
            )
        return tuple(keys)

    def has_labels(self, split: str) -> bool:
        return self._split(split).has_labels

    @property
    def label_table(self) -> LabelTable:
        return self._table

    def missing_labels(self, split: str) -> Sequence[str]:
        labels = self._split(split).labels
        return [key for key in self.keys(split) if key not in labels]

    def _split_files(self) -> dict[str, SplitFiles]:
        return {
            split: SplitFiles(
                self.root, rules, functools.partial(self._belongs, split)
            )
            for split, rules in self.rules.items()
        }

    def _look_into_archives(self) -> None:
        """Takes what a folder lacks from the archives in it, if any."""
        complete = all(files.is_complete for files in self._files.values())
        if complete or isinstance(self.root, ArchivePath):
            return
        together = open_archives(self.root)
        if together is not None:
            self.root = together
            self._files = self._split_files()

    def _belongs(self, split: str, image: str) -> bool:
        """Whether an image is of a split, where folders do not tell."""
        del split, image
        return True

    def _read_train_ids(self, path: Path) -> np.ndarray:
        return self._table.read(path)

    def _label_path(self, key: str) -> Path:
        for files in self._files.values():
            if key in files.labels:
                return self.root / files.labels[key]
        rules = [rule for some in self.rules.values() for rule in some]
        names = [r.label_of(key) for r in rules if r.labels and r.matches(key)]
        hint = f"expected {names[0]!r}" if names else "its split has none"
        raise DataError(f"Image {key!r} of {self.name!r} has no label; {hint}.")

    @functools.cached_property
    def _table(self) -> LabelTable:
        train_ids = {
            code: self.mapping.train_id(name)
            for name, ids in self.raw_ids.items()
            for code in self._codes(ids)
        }
        return LabelTable(
            train_ids,
            of_colours=self.of_colours,
            ignore_unknown=self.ignore_unknown,
            source=f"the data set {self.name!r}",
            advice="expected the label files as they were published",
        )

    def _codes(self, ids: int | tuple) -> list[int]:
        """The ids of a raw class, or its colours as `colour_code`s."""
        if not self.of_colours:
            return list(ids) if isinstance(ids, tuple) else [ids]
        colours = ids if isinstance(ids[0], tuple) else (ids,)
        return [colour_code(colour) for colour in colours]

    def _split(self, split: str) -> SplitFiles:
        check_choice(f"split of {self.name!r}", split, self.rules)
        return self._files[split]

    def _check_root(self, root: str | Path) -> Path | ArchivePath:
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
        rules = [rule for some in self.rules.values() for rule in some]
        return (
            f"{_either(rules)} of {self.facts.title}, for which to register "
            f"at {self.facts.register}"
        )


def _either(rules: Sequence[NamingRule]) -> str:
    """The first few places of images."""
    places = list(dict.fromkeys(rule.images for rule in rules))
    more = ", ..." if len(places) > 3 else ""
    return ", ".join(places[:3]) + more
