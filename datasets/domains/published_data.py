"""A published data set as a value: its terms, its files, its classes.

Each file of `published/` states one; `NativeDomain` reads what it says.
"""

import dataclasses
import itertools
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from tf_advseg.base.checks import check_choice
from tf_advseg.datasets.classes.label_table import colour_code
from tf_advseg.datasets.domains.naming_rule import NamingRule
from tf_advseg.datasets.files.picture_modes import COLOURS
from tf_advseg.datasets.files.picture_modes import IDS

Rules = Mapping[str, tuple[NamingRule, ...]]
"""Where the images and labels of each split lie."""

ALL = "all"
"""The choice that stands for all the other choices together."""


@dataclasses.dataclass(frozen=True)
class Option:
    """What a user may choose: `{camera}` in a pattern, say.

    Args:
        default: What is taken where nothing is chosen.
        choices: What there is, as text; empty: any text will do.
        changes: Fields of the data set that are others under a choice.
    """

    default: Any
    choices: tuple[str, ...] = ()
    changes: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class PublishedData:
    """What there is to know of a data set before and while reading it.

    Patterns are paths relative to its root, with stars (see `NamingRule`);
    `{split}` stands for a split's folder, `{camera}` for what is chosen of
    the option `camera`.

    Args:
        name: What `--source` and `--target` call it.
        title: What it is, in one line.
        register: Where to register for it, or get it.
        creators: Who made it: the authors of its paper.
        licence: Its terms, in a few words; those on its page are binding.
        image_size: (H, W) of its images; None if they differ.
        training_size: (H, W) that the papers resize to, if they used it.
        counts: Images of each split; None: not known here.
        unverified: What is from memory or from others' programs here, and
            was seen neither in the data nor in its own documentation.
        images: Patterns of its images.
        labels: The pattern of their labels.
        unlabelled: The splits without labels.
        folders: What `{split}` stands for, if not for the split's name.
        split_of: The split of an image by its path, if no folder tells.
        options: What can be chosen, by name.
        raw_ids: The id, or the ids, of each raw class; its RGB colour if
            labels are colours.
        labels_are: What label files hold; see `LabelTable`.
        same_as: What the class sets call raw classes of another name.
        ignore_unknown: Whether ids that `raw_ids` lacks are ignored rather
            than an error.
        sparse_labels: Whether only some images have labels; the splits with
            labels are made of those.
        default_classes: The class set where none is asked for.
        own_classes: Further class sets that were made for it.
    """

    name: str
    title: str
    register: str
    creators: tuple[str, ...]
    licence: str
    image_size: tuple[int, int] | None
    training_size: tuple[int, int] | None = None
    counts: Mapping[str, int | None]
    unverified: tuple[str, ...] = ()
    images: tuple[str, ...]
    labels: str
    unlabelled: tuple[str, ...] = ()
    folders: Mapping[str, str] = dataclasses.field(default_factory=dict)
    split_of: Callable[[str], str] | None = None
    options: Mapping[str, Option] = dataclasses.field(default_factory=dict)
    raw_ids: Mapping[str, int | tuple[int, ...]]
    labels_are: str = IDS
    same_as: Mapping[str, str] = dataclasses.field(default_factory=dict)
    ignore_unknown: bool = False
    sparse_labels: bool = False
    default_classes: int | str = 19
    own_classes: tuple[str, ...] = ()

    def chosen(self, **options: Any) -> "PublishedData":
        """Returns the data set as it is under some choices.

        Raises:
            ValueError: If there is no such option or choice.
        """
        data = self
        for name, value in options.items():
            check_choice(f"option of {self.name!r}:", name, self.options)
            option = self.options[name]
            value = str(value)
            if option.choices:
                check_choice(name, value, option.choices)
            taken = {name: dataclasses.replace(option, default=value)}
            data = dataclasses.replace(
                data,
                options={**data.options, **taken},
                **option.changes.get(value, {}),
            )
        return data

    @property
    def rules(self) -> Rules:
        """The naming rules of each split, under the choices made."""
        rows = itertools.product(*map(self._taken, self.options))
        rows = [dict(row) for row in rows]
        return {
            split: tuple(
                self._rule(image, split, row)
                for row in rows
                for image in self.images
            )
            for split in self.counts
        }

    @property
    def codes(self) -> dict[int, str]:
        """The raw class of each id, or of each colour as a `colour_code`."""
        found = {}
        for name, given in self.raw_ids.items():
            if self.labels_are == COLOURS:
                found[colour_code(given)] = name
            else:
                several = given if isinstance(given, tuple) else (given,)
                found |= dict.fromkeys(several, name)
        return found

    def _taken(self, name: str) -> list[tuple[str, Any]]:
        """What an option puts into the patterns: one choice, or all."""
        option = self.options[name]
        if option.default != ALL:
            return [(name, option.default)]
        return [(name, c) for c in option.choices if c != ALL]

    def _rule(self, image: str, split: str, row: dict[str, str]) -> NamingRule:
        folder = self.folders.get(split, split).format(**row)
        labels = None if split in self.unlabelled else self.labels
        return NamingRule(
            image.format(split=folder, **row),
            labels and labels.format(split=folder, **row),
        )
