"""A domain: one camera's, or one renderer's, images and what they show.

A domain is a value. It knows its classes, how its raw label ids map to train
ids, its splits, and how to read one image and one label by key. Everything
about batching, resizing and augmenting is the pipeline's business.
"""

import abc
import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.datasets.files.resizing import resize_label


@dataclasses.dataclass(frozen=True)
class ClassSet:
    """The classes a segmenter distinguishes, in train-id order.

    Args:
        name: Short name, `streets` or `cityscapes19`, say.
        names: One name a class; the index is the train id.
        palette: One RGB colour (0-255) a class, for pictures.
    """

    name: str
    names: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]

    def __post_init__(self):
        if not 1 <= len(self.names) <= 255:
            raise ValueError(
                f"Class set {self.name!r} needs 1 to 255 classes; "
                f"received {len(self.names)}."
            )
        if len(self.names) != len(set(self.names)):
            raise ValueError(f"Class set {self.name!r} repeats a class name.")
        if len(self.names) != len(self.palette):
            raise ValueError(
                f"Class set {self.name!r} has {len(self.names)} names but "
                f"{len(self.palette)} colours; expected one colour a class."
            )

    @classmethod
    def of_colours(
        cls, name: str, colours: Mapping[str, tuple[int, int, int]]
    ) -> "ClassSet":
        """Returns the class set of names with their colours, in order."""
        return cls(name, tuple(colours), tuple(colours.values()))

    @property
    def same_colours(self) -> list[list[str]]:
        """Groups of classes that have one colour, by name."""
        groups: dict[tuple[int, int, int], list[str]] = {}
        for name, colour in zip(self.names, self.palette, strict=True):
            groups.setdefault(colour, []).append(name)
        return [names for names in groups.values() if len(names) > 1]

    @property
    def num_classes(self) -> int:
        return len(self.names)


class Domain(abc.ABC):
    """Images of one domain, with labels for some splits or none.

    Attributes:
        name: The name that the command line and run folders show.
        class_set: The classes of the train ids that `read_label` returns.
        splits: The names of the splits, `("train", "val")` as a rule.
    """

    name: str
    class_set: ClassSet
    splits: tuple[str, ...]

    @abc.abstractmethod
    def keys(self, split: str) -> Sequence[str]:
        """Returns the sorted keys of a split, one an image.

        Raises:
            DataError: If the split has no images.
            ValueError: If there is no such split.
        """

    @abc.abstractmethod
    def has_labels(self, split: str) -> bool:
        """Whether `read_label` works for the keys of this split."""

    @abc.abstractmethod
    def read_image(self, key: str) -> np.ndarray:
        """Returns the image as uint8 `(H, W, 3)`, RGB.

        Raises:
            DataError: If it cannot be decoded; the message names the file.
        """

    @abc.abstractmethod
    def read_label(self, key: str) -> np.ndarray:
        """Returns train ids as uint8 `(H, W)`, 255 = ignore.

        Raises:
            DataError: If it cannot be decoded, has another size than its
                image, or holds ids or colours that the class set lacks.
        """

    def read_sample(
        self, key: str, size: tuple[int, int] | None, with_label: bool
    ) -> tuple[np.ndarray, ...]:
        """Returns (image, label) or (image,), resized; uint8.

        Domains may take a shorter way to the same pixels.

        Args:
            key: The key.
            size: (H, W) to resize to; None keeps the image's own.
            with_label: Whether the label is read at all.

        Raises:
            DataError: As `read_image` and `read_label` do.
        """
        image = self.read_image(key)
        size = size or image.shape[:2]
        if not with_label:
            return (resize_image(image, size),)
        label = self.read_label(key)
        return resize_image(image, size), resize_label(label, size)

    def fingerprint(self, split: str, with_labels: bool) -> str | None:
        """Returns text that changes if samples of a split may.

        Files are told apart without reading them. None: the domain does not
        know, and its samples are not kept from run to run.
        """
        del split, with_labels
        return None

    def recipe(self, split: str) -> Mapping[str, Any] | None:
        """Returns what decides the pixels of a split that lies in no files.

        JSON values, `num_images` among them; None: not known.
        """
        del split
        return None

    def taken(self, split: str, number: int | None = None) -> str:
        """Returns a line: how many images are taken, how many left out, why.

        Args:
            split: The split.
            number: How many of its images are looked at, if not all.

        Raises:
            DataError: If the split has no images.
            ValueError: If there is no such split.
        """
        total = len(self.keys(split))
        some = number is not None and number < total
        return (
            f"{self.name}/{split}: {f'{number:,} of ' if some else ''}"
            f"{total:,} image{'' if total == 1 else 's'} taken"
            f"{', evenly spread' if some else ''}; {self.left_out(split)}."
        )

    def left_out(self, split: str) -> str:
        """Returns how many files of a split were left out, and why.

        None, unless a domain says otherwise.
        """
        del split
        return "none left out"

    def missing_labels(self, split: str) -> Sequence[str]:
        """Returns the keys of a labelled split that have no label.

        They are found without opening a file; none, unless a domain says
        otherwise.
        """
        del split
        return ()
