"""Paths into archives that can be used as `pathlib.Path`s are.

Domains ask a folder for its files and a file for its bytes. An `ArchivePath`
answers those of `Path`'s questions that they ask, so that they need not know
whether a data set was unpacked.
"""

import fnmatch
import functools
import io
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from pathlib import PurePosixPath
from typing import NamedTuple

from tf_advseg.datasets.archives.member import Member


class Stat(NamedTuple):
    """The part of `os.stat_result` that is known of a member."""

    st_size: int


class ArchiveTree:
    """The files of one archive, or of several, as one tree.

    Args:
        place: The archive, or the folder of archives.
        members: Its files by their path inside.
    """

    def __init__(self, place: Path, members: Mapping[str, Member]):
        self.place = place
        self.members = members

    @functools.cached_property
    def folders(self) -> dict[str, list[str]]:
        """The names in each folder, sorted; "" is the root."""
        children: dict[str, set[str]] = {"": set()}
        for path in self.members:
            while path:
                folder, _, name = path.rpartition("/")
                known = folder in children
                children.setdefault(folder, set()).add(name)
                path = "" if known else folder
        return {folder: sorted(names) for folder, names in children.items()}

    @functools.cached_property
    def names(self) -> list[str]:
        """The paths of all files, sorted."""
        return sorted(self.members)


class ArchivePath:
    """A file or folder in an archive.

    Args:
        tree: What it lies in.
        inside: Its path in there; "" is the root.
    """

    def __init__(self, tree: ArchiveTree, inside: str = ""):
        self.tree = tree
        self.inside = inside

    @property
    def name(self) -> str:
        return PurePosixPath(str(self)).name

    @property
    def stem(self) -> str:
        return PurePosixPath(str(self)).stem

    @property
    def parent(self) -> "ArchivePath":
        return ArchivePath(self.tree, self.inside.rpartition("/")[0])

    def exists(self) -> bool:
        return self.is_file() or self.is_dir()

    def is_file(self) -> bool:
        return self.inside in self.tree.members

    def is_dir(self) -> bool:
        return self.inside in self.tree.folders

    def is_symlink(self) -> bool:
        return False

    def iterdir(self) -> Iterator["ArchivePath"]:
        """Yields what lies in this folder, sorted."""
        return (self / name for name in self.tree.folders[self.inside])

    def glob(self, pattern: str) -> Iterator["ArchivePath"]:
        """Yields what matches, a `*` standing for part of one name."""
        first, _, rest = pattern.partition("/")
        for name in self.tree.folders.get(self.inside, ()):
            if fnmatch.fnmatchcase(name, first):
                found = self / name
                yield from found.glob(rest) if rest else (found,)

    def files_below(self) -> Iterator[str]:
        """Yields the paths, relative to here and sorted, of all files below."""
        prefix = f"{self.inside}/" if self.inside else ""
        return (
            name.removeprefix(prefix)
            for name in self.tree.names
            if name.startswith(prefix)
        )

    def open(self, mode: str = "rb") -> io.BytesIO:
        """Opens the file to read its bytes."""
        if mode != "rb":
            raise ValueError(f"Archives are only read ('rb'), not {mode!r}.")
        return io.BytesIO(self.read_bytes())

    def read_bytes(self) -> bytes:
        """Returns the file's bytes.

        Raises:
            DataError: If they are damaged.
            FileNotFoundError: If there is no such file.
        """
        return self._member().read()

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.read_bytes().decode(encoding)

    def stat(self) -> Stat:
        return Stat(self._member().size)

    def identity(self) -> str:
        """Text that changes if the file's bytes do; see `Member`."""
        return self._member().identity

    def relative_to(self, other: "ArchivePath") -> PurePosixPath:
        return PurePosixPath(self.inside).relative_to(other.inside)

    def resolve(self) -> "ArchivePath":
        return self

    def _member(self) -> Member:
        if not self.is_file():
            raise FileNotFoundError(f"{str(self)!r} does not exist.")
        return self.tree.members[self.inside]

    def __truediv__(self, more) -> "ArchivePath":
        more = str(more).strip("/")
        inside = "/".join(part for part in (self.inside, more) if part)
        return ArchivePath(self.tree, inside)

    def __str__(self) -> str:
        place = str(self.tree.place)
        return f"{place}/{self.inside}" if self.inside else place

    def __repr__(self) -> str:
        return f"ArchivePath({str(self)!r})"

    def __eq__(self, other) -> bool:
        return isinstance(other, ArchivePath) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __lt__(self, other: "ArchivePath") -> bool:
        return str(self) < str(other)


Place = Path | ArchivePath
"""A file or folder, on a disk or in an archive."""
