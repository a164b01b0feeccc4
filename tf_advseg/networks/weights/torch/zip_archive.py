"""The members of an uncompressed zip archive, as bounds in the file.

PyTorch's zip checkpoints store every member without compression, so a
member is a range of the file's own bytes: nothing can unpack to more than
the file has, and nothing is ever written to a disk under a member's name.
Everything is checked against the file's real size before it is read.
"""

import struct
import zlib
from io import BufferedIOBase
from typing import NamedTuple

import numpy as np

from tf_advseg.networks.weights.torch.errors import BadContent
from tf_advseg.networks.weights.torch.errors import shown

MAX_DIRECTORY_BYTES = 32 * 2**20
MAX_MEMBERS = 100_000
END = struct.Struct("<4s4H2LH")
END_MAGIC = b"PK\x05\x06"
LOCATOR = struct.Struct("<4sLQL")  # of the 64-bit end record
END_64 = struct.Struct("<4sQ2H2L4Q")
ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
FULL_32 = 0xFFFFFFFF  # "see the 64-bit field"


class Member(NamedTuple):
    """One member: `size` bytes from `start`, with their checksum."""

    name: str
    start: int
    size: int
    crc: int


def read_directory(file: BufferedIOBase, file_size: int) -> dict[str, Member]:
    """Returns the members by name.

    Raises:
        BadContent: If the archive is cut short or inconsistent, compresses
            or encrypts a member, or has a name twice.
    """
    start, size, count = _find_directory(file, file_size)
    if size > MAX_DIRECTORY_BYTES or count > MAX_MEMBERS:
        raise BadContent(f"its directory claims {count} members")
    directory = _read(file, file_size, start, size, "its directory")
    members = {}
    position = 0
    for _ in range(count):
        member, position = _read_entry(file, file_size, directory, position)
        if member.name in members:
            raise BadContent(f"it has the member {shown(member.name)} twice")
        members[member.name] = member
    _check_apart(members.values())
    return members


def read_bytes(file: BufferedIOBase, member: Member) -> bytes:
    """Returns a member's bytes, checked against its checksum."""
    file.seek(member.start)
    return _checked(file.read(member.size), member)


def read_numbers(file: BufferedIOBase, member: Member) -> np.ndarray:
    """Returns a member's bytes as uint8 `(member.size,)`, checked."""
    numbers = np.empty(member.size, np.uint8)
    file.seek(member.start)
    file.readinto(numbers.data)
    return _checked(numbers, member)


def _checked(content, member):
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise BadContent(
            f"the member {shown(member.name)} is damaged (its checksum differs)"
        )
    return content


def _find_directory(file, file_size):
    """Returns start, size and member count of the central directory."""
    start = max(0, file_size - END.size - 0xFFFF)
    tail = _read(file, file_size, start, file_size - start, "its end")
    at = tail.rfind(END_MAGIC)
    if at < 0 or at + END.size > len(tail):
        raise BadContent("its end is missing: the file is cut short")
    *_, count, size, offset, _ = END.unpack_from(tail, at)
    if FULL_32 in (size, offset) or count == 0xFFFF:
        return _find_directory_64(file, file_size, start + at - LOCATOR.size)
    return offset, size, count


def _find_directory_64(file, file_size, at):
    locator = _read(file, file_size, at, LOCATOR.size, "its locator")
    magic, _, end, _ = LOCATOR.unpack(locator)
    if magic != b"PK\x06\x07":
        raise BadContent("its 64-bit locator is missing")
    record = _read(file, file_size, end, END_64.size, "its end record")
    magic, *_, count, size, offset = END_64.unpack(record)
    if magic != b"PK\x06\x06":
        raise BadContent("its 64-bit end record is missing")
    return offset, size, count


def _read_entry(file, file_size, directory, position):
    """Returns a directory entry's member and the next entry's position."""
    if position + ENTRY.size > len(directory):
        raise BadContent("its directory is cut short")
    fields = ENTRY.unpack_from(directory, position)
    magic, _, _, flags, method = fields[:5]
    crc, packed, size, name_size, extra_size, comment_size = fields[7:13]
    offset = fields[16]
    position += ENTRY.size
    name = directory[position : position + name_size].decode("utf-8", "replace")
    position += name_size
    extra = directory[position : position + extra_size]
    position += extra_size + comment_size
    if magic != b"PK\x01\x02" or position > len(directory):
        raise BadContent("its directory is damaged")
    _check_name(name)
    size, packed, offset = _widen(extra, (size, packed, offset), name)
    if flags & 1 or method != 0 or packed != size:
        raise BadContent(
            f"the member {shown(name)} is compressed or encrypted, which "
            "PyTorch never does"
        )
    start = _content_start(file, file_size, offset, name)
    if start + size > file_size:
        raise BadContent(
            f"the member {shown(name)} claims {size} bytes at byte {start}, "
            f"but the file has {file_size}"
        )
    return Member(name, start, size, crc), position


def _widen(extra, fields, name):
    """Replaces the fields that are full by those of the 64-bit extra."""
    wide = b""
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, position)
        if kind == 1:
            wide = extra[position + 4 : position + 4 + size]
        position += 4 + size
    widened = []
    for field in fields:
        if field == FULL_32:
            if len(wide) < 8:
                raise BadContent(f"the member {shown(name)} has no size")
            field = int.from_bytes(wide[:8], "little")
            wide = wide[8:]
        widened.append(field)
    return widened


def _content_start(file, file_size, offset, name):
    header = _read(file, file_size, offset, LOCAL.size, f"member {shown(name)}")
    magic, *_, name_size, extra_size = LOCAL.unpack(header)
    start = offset + LOCAL.size
    local_name = _read(file, file_size, start, name_size, "a member's name")
    if magic != b"PK\x03\x04" or local_name != name.encode():
        raise BadContent(f"the member {shown(name)} is not where it should be")
    return start + name_size + extra_size


def _check_name(name):
    parts = name.split("/")
    if not name or "\\" in name or "\0" in name or {"", "..", "."} & {*parts}:
        raise BadContent(f"refuses the member name {shown(name)}")


def _check_apart(members):
    end = 0
    for member in sorted(members, key=lambda member: member.start):
        if member.start < end:
            raise BadContent(f"the member {shown(member.name)} overlaps others")
        end = member.start + member.size


def _read(file, file_size, start, size, what):
    if start < 0 or start + size > file_size:
        raise BadContent(
            f"{what} is said to lie at byte {start} with {size} bytes, but "
            f"the file has {file_size}"
        )
    file.seek(start)
    return file.read(size)
