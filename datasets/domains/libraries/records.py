"""Records of a library's data set, as images and labels in folders.

ROOT/classes.yaml                       if it is known what labels mean
ROOT/<split>/images/00000012.png        the image of a record
ROOT/<split>/labels/00000012.png        its label

None of these are files: they are members of an archive, each of which knows
its record. What reads archives reads them, by the same rules: decoding, class
maps, manifests, caches. Nothing is unpacked or written; a record is read when
it is asked for.
"""

import dataclasses
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives.archive_path import ArchiveTree
from tf_advseg.datasets.archives.member import Member
from tf_advseg.datasets.domains.folders.listing import CLASS_MAP_NAME

_INEXACT = {b"\xff\xd8": "JPEG", b"GI": "GIF"}
"""Formats that do not keep the numbers of a label, by how they begin."""

Place = Callable[[str, str], Member]
"""Makes the member that reads a column of one record: its name, the column."""


@dataclasses.dataclass(frozen=True)
class Library:
    """A data set of a library.

    Attributes:
        name: What the domain is called.
        place: The folder or file that it lies in.
        splits: The records of each split.
        names: Of the classes, if the data set says them.
    """

    name: str
    place: Path
    splits: Mapping[str, Sequence[Place]]
    names: Sequence[str] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class LabelOf(Member):
    """The label of a record.

    Args:
        member: Reads its bytes.
    """

    member: Member

    @property
    def identity(self) -> str:
        return self.member.identity

    def read(self) -> bytes:
        data = self.member.read()
        kind = _INEXACT.get(data[:2])
        if kind:
            raise DataError(
                f"The label {self.place!r} is a {kind} picture, which does not "
                "keep the numbers of classes; expected PNG."
            )
        return data


@dataclasses.dataclass(frozen=True, slots=True)
class Text(Member):
    """A text that lies in no file."""

    text: str

    def read(self) -> bytes:
        return self.text.encode()


def as_folders(
    library: Library, image: str, label: str, classes: Any
) -> ArchivePath:
    """Returns the root of a data set's folders.

    Args:
        library: The data set.
        image: The column of images.
        label: The column of labels; "": there are none.
        classes: Names in the order of the numbers in labels (None: ignored),
            or the number, or numbers, of each name; None: what the data set
            says.

    Raises:
        DataError: If `classes` is neither.
    """
    members: dict[str, Member] = {}
    for split, records in library.splits.items():
        for index, record in enumerate(records):
            for folder, column in (("images", image), ("labels", label)):
                if not column:
                    continue
                name = f"{split}/{folder}/{index:08d}.png"
                member = record(name, column)
                if column == label:
                    member = LabelOf(*_facts(member), member=member)
                members[name] = member
    values = _class_values(library, classes)
    if values:
        text = yaml.safe_dump(values, sort_keys=False)
        members[CLASS_MAP_NAME] = Text(
            library.place, CLASS_MAP_NAME, len(text.encode()), 0, text=text
        )
    return ArchivePath(ArchiveTree(library.place, members))


def choose(splits: Mapping[str, Any], wanted: str, name: str) -> dict[str, Any]:
    """All of a data set's splits, or the one that was asked for, as `train`.

    Raises:
        DataError: If there is no such split.
    """
    if not wanted:
        return dict(splits)
    if wanted not in splits:
        raise DataError(
            f"{name!r} has no split {brief(wanted)}; it has "
            f"{', '.join(splits)}."
        )
    return {"train": splits[wanted]}


def _facts(member: Member) -> tuple[Path, str, int, int]:
    return member.archive, member.name, member.size, member.offset


def _class_values(library: Library, classes: Any) -> dict[str, Any] | None:
    """A class map's values; checked where class maps are read."""
    numbered = list(library.names) if classes is None else classes
    if isinstance(numbered, Mapping):
        entries = [{"name": n, "id": number} for n, number in numbered.items()]
        return {"name": library.name, "classes": entries}
    if not isinstance(numbered, list | tuple):
        raise DataError(
            f"classes={brief(classes)} of {library.name!r}: expected a list of "
            "names in the order of their numbers, or {name: number, ...}."
        )
    entries = [
        {"name": name, "id": number}
        for number, name in enumerate(numbered)
        if name is not None
    ]
    ignored = [number for number, name in enumerate(numbered) if name is None]
    if not entries:
        return None
    return {"name": library.name, "classes": entries, "ignore": ignored}
