"""The files of one split of a published data set, by its naming rules."""

import dataclasses
import functools
from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.domains.folders.folder_files import list_files
from tf_advseg.datasets.domains.folders.folder_files import list_folder
from tf_advseg.datasets.domains.folders.listing import OTHERS
from tf_advseg.datasets.domains.folders.listing import Listing
from tf_advseg.datasets.domains.naming_rule import NamingRule


@dataclasses.dataclass(frozen=True)
class SplitFiles:
    """Finds the images of a split and their labels, once, opening none.

    Args:
        root: The root of the data set.
        rules: Where images and labels of the split lie.
        belongs: Whether an image is of the split, where folders do not tell.
    """

    root: Place
    rules: Sequence[NamingRule]
    belongs: Callable[[str], bool]

    @property
    def is_present(self) -> bool:
        """Whether one of its folders of images is there."""
        return any(self._has_folder(rule.images) for rule in self.rules)

    @property
    def has_labels(self) -> bool:
        """Whether one of its folders of labels is there."""
        patterns = [rule.labels for rule in self.rules if rule.labels]
        return any(map(self._has_folder, patterns))

    @functools.cached_property
    def images(self) -> dict[str, NamingRule]:
        """The rule of each image, in the order of their paths."""
        found = {
            image: rule
            for rule in self.rules
            for image in self._below(rule.images)
            if rule.matches(image) and self.belongs(image)
        }
        return dict(sorted(found.items()))

    @functools.cached_property
    def labels(self) -> dict[str, str]:
        """The label of each image that has one."""
        there = {
            label
            for rule in self.rules
            if rule.labels
            for label in self._below(rule.labels)
        }
        labels = {
            image: rule.label_of(image)
            for image, rule in self.images.items()
            if rule.labels
        }
        return {key: label for key, label in labels.items() if label in there}

    @property
    def other_labels(self) -> list[str]:
        """What lies where labels should, and is none."""
        below = {
            label
            for rule in self.rules
            if rule.labels
            for label in self._below(rule.labels)
        }
        return sorted(below - {*self.labels.values()} - {*self.images})

    def listings(self, elsewhere: Callable[[str], bool]) -> dict[str, Listing]:
        """Returns what its folders of images hold, and what is no image of it.

        Args:
            elsewhere: Whether a file is an image of another split: those
                lack nowhere.
        """
        endings: dict[str, set[str]] = {}
        for rule in self.rules:
            folder, ending = _place(rule.images)
            endings.setdefault(folder, set()).add(ending)
        return {
            folder: self._listing(folder, tuple(kinds), elsewhere)
            for folder, kinds in endings.items()
            if (self.root / folder).is_dir()
        }

    def _listing(self, folder, endings, elsewhere) -> Listing:
        prefix = f"{folder}/" if folder else ""
        found = list_folder(self.root / folder, endings)
        if not folder:  # Patterns begin with a star: labels lie here, too.
            found = found.where(self._is_beside_images)
        others = {f for f in found.files if prefix + f not in self.images}
        apart = {f for f in others if elsewhere(prefix + f)}
        found = found.where(lambda path: path not in apart)
        return found.without(others - apart, OTHERS)

    def _is_beside_images(self, path: str) -> bool:
        """Whether a path lies in a folder that its rules name."""
        folder = path.rstrip("/").rpartition("/")[0]
        places = [rule.images.rpartition("/")[0] for rule in self.rules]
        return any(NamingRule(place).matches(folder) for place in places)

    @property
    def is_complete(self) -> bool:
        """Whether it is present, and labelled if it should be."""
        labels = [rule for rule in self.rules if rule.labels]
        return self.is_present and (self.has_labels or not labels)

    def _has_folder(self, pattern: str) -> bool:
        return any(self.root.glob(pattern.rpartition("/")[0]))

    def _below(self, pattern: str) -> list[str]:
        """Paths of files with a pattern's ending, in and below its deepest
        folder without a star, relative to the root."""
        folder, ending = _place(pattern)
        if not (self.root / folder).is_dir():
            return []
        prefix = f"{folder}/" if folder else ""
        return [prefix + f for f in list_files(self.root / folder, (ending,))]


def _place(pattern: str) -> tuple[str, str]:
    """The deepest folder of a pattern without a star, and its ending."""
    folder = pattern.partition("*")[0].rpartition("/")[0]
    return folder, "." + pattern.rpartition(".")[2]
