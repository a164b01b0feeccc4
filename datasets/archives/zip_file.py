"""Zip files: the list at their end, and members read on their own.

Python's `zipfile` reads the list, once; members are then read by their
place, several at a time, which a shared `ZipFile` would do one by one.
"""

import dataclasses
import stat
import struct
import zipfile
import zlib
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives.member import Member
from tf_advseg.datasets.archives.member import clean_name
from tf_advseg.datasets.archives.member import listing
from tf_advseg.datasets.archives.member import refuse_link
from tf_advseg.datasets.archives.member import refuse_twice

_HEADER = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 1
_SLACK = 2**20
"""What packing may add to a file that cannot be made smaller: deflating adds
5 bytes to every 16 KiB or so, 160 KiB to one of `MAX_BYTES`."""


@dataclasses.dataclass(frozen=True, slots=True)
class ZipMember(Member):
    """A file in a zip file.

    Args:
        packed: How many bytes it takes in the archive.
        method: How it is packed, as zip numbers it: 0 stored, 8 deflated.
        crc: The CRC-32 of its bytes.
    """

    packed: int
    method: int
    crc: int

    @property
    def identity(self) -> str:
        return f"{self.size}:{self.crc:08x}"

    def _read(self, file) -> bytes:
        file.seek(self.offset)
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size or not header.startswith(_SIGNATURE):
            self._fail("is not where the archive's list says")
        _, name_length, extra_length = _HEADER.unpack(header)
        file.seek(name_length + extra_length, 1)
        packed = file.read(min(self.packed, self.size + _SLACK))
        data = packed if self.method == 0 else self._inflate(packed)
        if len(data) < self.size:
            self._fail(f"has fewer than the {self.size:,} bytes it declares")
        if len(data) > self.size:
            self._fail(f"has more than the {self.size:,} bytes it declares")
        if zlib.crc32(data) != self.crc:
            self._fail("does not have the checksum that it declares")
        return data

    def _inflate(self, packed: bytes) -> bytes:
        """Unpacks at most one byte more than declared, whatever comes."""
        if self.method != zipfile.ZIP_DEFLATED:
            raise DataError(
                f"{self.place!r} is packed by method {self.method}; expected "
                "0 (stored) or 8 (deflated): unpack the archive, or pack it "
                "again."
            )
        try:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            return inflater.decompress(packed, self.size + 1)
        except zlib.error:
            self._fail("cannot be unpacked")


def list_zip(path: Path) -> dict[str, ZipMember]:
    """Returns the files in a zip file by name.

    Raises:
        DataError: If it is damaged, encrypted, or holds names or links that
            it should not.
    """
    members = {}
    for info in _infos(path):
        name = clean_name(path, info.filename)
        if info.is_dir():
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            refuse_link(path, name, "another file", "symbolic link")
        if info.flag_bits & _ENCRYPTED:
            raise DataError(
                f"Archive {str(path)!r} is encrypted ({name!r} is); unpack "
                "it with its password."
            )
        if name in members:
            refuse_twice(path, name)
        members[name] = ZipMember(
            path,
            name,
            info.file_size,
            info.header_offset,
            info.compress_size,
            info.compress_type,
            info.CRC,
        )
    return members


def _infos(path: Path) -> list[zipfile.ZipInfo]:
    advice = (
        "its list of files is at its end, so a download that was cut short "
        "cannot be read: get it again"
    )
    with listing(path, "zip", advice), zipfile.ZipFile(path) as archive:
        return archive.infolist()
