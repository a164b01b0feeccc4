"""Plain tar files: read through once from header to header, then at will."""

import dataclasses
import tarfile
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives.member import Member
from tf_advseg.datasets.archives.member import clean_name
from tf_advseg.datasets.archives.member import listing
from tf_advseg.datasets.archives.member import refuse_link
from tf_advseg.datasets.archives.member import refuse_twice


@dataclasses.dataclass(frozen=True, slots=True)
class TarMember(Member):
    """A file in a tar file.

    Args:
        time: When it was last changed, in seconds.
    """

    time: float

    @property
    def identity(self) -> str:
        return f"{self.size}:{self.time}"

    def _read(self, file) -> bytes:
        file.seek(self.offset)
        data = file.read(self.size)
        if len(data) < self.size:
            self._fail(f"has fewer than the {self.size:,} bytes it declares")
        return data


def list_tar(path: Path) -> dict[str, TarMember]:
    """Returns the files in an uncompressed tar file by name.

    Raises:
        DataError: If it is damaged, or holds names, links or devices that it
            should not.
    """
    members = {}
    for info in _infos(path):
        name = clean_name(path, _text(info.name))
        if info.isdir():
            continue
        _check_kind(path, name, info)
        if name in members:
            refuse_twice(path, name)
        members[name] = TarMember(
            path, name, info.size, info.offset_data, info.mtime
        )
    return members


def _infos(path: Path) -> list[tarfile.TarInfo]:
    with listing(path, "tar", "get it again"):
        with tarfile.open(path, "r:") as archive:
            infos = archive.getmembers()
            end = archive.offset
        _check_whole(path, infos, end)
    return infos


def _check_whole(path: Path, infos: list[tarfile.TarInfo], end: int) -> None:
    """Raises if the archive stops before its end mark.

    `tarfile` takes a damaged header for the end and says nothing.
    """
    with path.open("rb") as file:
        file.seek(end)
        mark = file.read(tarfile.BLOCKSIZE)
    last = infos[-1].offset_data + infos[-1].size if infos else 0
    if last > path.stat().st_size or mark.strip(b"\0") or not mark:
        raise ValueError(
            f"damaged or cut short after {len(infos)} members, at byte {end:,}"
        )


def _check_kind(path: Path, name: str, info: tarfile.TarInfo) -> None:
    if info.issym() or info.islnk():
        kind = "symbolic link" if info.issym() else "hard link"
        refuse_link(path, name, _text(info.linkname), kind)
    if not info.isreg() or info.issparse():
        kind = "sparse file" if info.issparse() else "device or pipe"
        raise DataError(
            f"Archive {str(path)!r} holds the {kind} {name!r}; expected "
            "plain files: it is not read. Pack it again without."
        )


def _text(name: str) -> str:
    """A name whose bytes are no UTF-8, as zip would read them."""
    data = name.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp437")
