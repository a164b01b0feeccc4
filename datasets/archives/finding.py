"""Finds the archives that a path means.

data.zip              an archive
data.zip/RENDERS      a folder in it
folder                its archives together, as data sets are shipped
"""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives.archive_path import ArchivePath
from tf_advseg.datasets.archives.archive_path import ArchiveTree
from tf_advseg.datasets.archives.member import Member
from tf_advseg.datasets.archives.tar_file import list_tar
from tf_advseg.datasets.archives.zip_file import list_zip

LISTERS = {".zip": list_zip, ".tar": list_tar}
WHOLE = (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")
"""Compressed as a whole: to read the last image is to unpack all."""
FOREIGN = (".rar", ".7z")


@dataclasses.dataclass(frozen=True, slots=True)
class PlainFile(Member):
    """A file that lies unpacked beside archives; `archive` is its path."""

    @property
    def place(self) -> str:
        return str(self.archive)

    @property
    def identity(self) -> str:
        return f"{self.size}:{self.archive.stat().st_mtime_ns}"

    def _read(self, file) -> bytes:
        return file.read()


def open_folder(path: str | Path | ArchivePath) -> Path | ArchivePath:
    """Returns a path to read from: into an archive, if it leads into one.

    Raises:
        DataError: If it leads into an archive that cannot be read.
    """
    if isinstance(path, ArchivePath):
        return path
    path = Path(path)
    archive = _archive_above(path)
    if archive is None:
        return path
    root = ArchivePath(ArchiveTree(archive, _list(archive)))
    inside = path.relative_to(archive).as_posix()
    folder = root if inside == "." else root / inside
    if not folder.is_dir():
        raise DataError(
            f"Archive {str(archive)!r} has no folder {inside!r}; it holds "
            f"{top_names(root)}."
        )
    return folder


def is_in_archive(path: str | Path) -> bool:
    """Whether a path leads to, or into, an archive (readable or not)."""
    return _archive_above(Path(path)) is not None


def open_archives(folder: Path) -> ArchivePath | None:
    """Returns what a folder and the archives in it hold together.

    Files that lie unpacked in the folder come before those of archives.

    Returns:
        The root of it, or None if the folder holds no archive to read.

    Raises:
        DataError: If an archive cannot be read, or two hold the same file.
    """
    archives = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in LISTERS and path.is_file()
    ]
    if not archives:
        return None
    packed: dict[str, Member] = {}
    for archive in archives:
        for name, member in _list(archive).items():
            other = packed.setdefault(name, member)
            # Every archive of a data set may have its licence on top.
            if other is not member and "/" in name:
                raise DataError(
                    f"Archives {str(other.archive)!r} and {str(archive)!r} "
                    f"both hold {name!r}; leave one of them in the folder."
                )
    return ArchivePath(ArchiveTree(folder, packed | _plain_files(folder)))


def advice(folder: Path) -> str:
    """What to do about archives in a folder that cannot be read, or ""."""
    names = [path.name for path in sorted(folder.iterdir())]
    unread = (*WHOLE, *FOREIGN)
    found = [name for name in names if name.lower().endswith(unread)]
    return f" {_unreadable(folder / found[0])}" if found else ""


def top_names(root: ArchivePath) -> str:
    """What lies on top in an archive, for messages."""
    names = [
        f"{path.name}/" if path.is_dir() else path.name
        for path in root.iterdir()
    ]
    more = ", ..." if len(names) > 6 else ""
    return (", ".join(names[:6]) or "nothing") + more


def _archive_above(path: Path) -> Path | None:
    for candidate in (path, *path.parents):
        known = candidate.name.lower().endswith((*LISTERS, *WHOLE, *FOREIGN))
        if known and candidate.is_file():
            return candidate
    return None


def _list(archive: Path) -> dict[str, Member]:
    lister = LISTERS.get(archive.suffix.lower())
    if lister is None:
        raise DataError(_unreadable(archive))
    return lister(archive)


def _unreadable(archive: Path) -> str:
    if archive.name.lower().endswith(FOREIGN):
        return (
            f"Archive {str(archive)!r} is of a kind that is not read here; "
            "unpack it, or pack it as .zip."
        )
    return (
        f"Archive {str(archive)!r} is compressed as a whole, so that reading "
        "one image would mean unpacking all before it; unpack it, or take "
        "just the compression off (gunzip, bunzip2, unxz) and give the .tar."
    )


def _plain_files(folder: Path) -> dict[str, Member]:
    files = {}
    for path in _below(folder, ()):
        if path.is_file() and path.suffix.lower() not in LISTERS:
            name = path.relative_to(folder).as_posix()
            files[name] = PlainFile(path, name, path.stat().st_size, 0)
    return files


def _below(folder: Path, above: tuple[str, ...]) -> Iterator[Path]:
    """Yields the files below; links are followed, but never back to one of
    the folders `above`, or to what those lie in."""
    above = (*above, os.path.join(os.path.realpath(folder), ""))
    for path in folder.iterdir():
        if not path.is_dir():
            yield path
            continue
        target = os.path.join(os.path.realpath(path), "")
        if not any(one.startswith(target) for one in above):
            yield from _below(path, above)
