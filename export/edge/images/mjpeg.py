"""Cuts a stream of JPEG images, one after the other, into its images.

A JPEG (ITU-T T.81, annex B) is a chain of segments. Segments with a length
are skipped whole, since thumbnails inside them have markers of their own;
coded pixels last until a marker that is neither a stuffed zero byte nor a
restart. Bytes between images (the headers of multipart streams) are passed
over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

START = b"\xff\xd8"
_END = 0xD9
_SCAN = 0xDA
_BARE = (0x01, *range(0xD0, 0xD8))  # markers without a length
_CHUNK = 65536
MAX_BYTES = 64 * 2**20
"""A frame longer than this is given up as broken."""


def split_jpegs(stream: BinaryIO) -> Iterator[bytes]:
    """Yields the bytes of each image; of a broken one, what there is."""
    # A pipe gives what there is without waiting for a full chunk.
    read = getattr(stream, "read1", stream.read)
    buffer = bytearray()
    while True:
        begin = buffer.find(START)
        if begin > 0:
            del buffer[:begin]
        end = _end_of_image(buffer) if begin >= 0 else None
        if end is not None:
            yield bytes(buffer[:end])
            del buffer[:end]
            continue
        if begin < 0:
            # The last byte may be the first half of a start.
            del buffer[:-1]
        data = read(_CHUNK)
        if not data:
            break
        buffer += data
    if buffer.startswith(START):
        yield bytes(buffer)


def _end_of_image(data: bytearray) -> int | None:
    """Where the image at the start of `data` ends; None: not yet there.

    A chain that breaks ends where the next image starts.
    """
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return _next_start(data, at)
        marker = data[at + 1]
        if marker == _END:
            return at + 2
        if marker == START[1]:
            return at
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            if marker == _SCAN:
                at = _end_of_scan(data, at)
    if data[at : at + 2] == bytes([0xFF, _END]):
        return at + 2
    return len(data) if len(data) > MAX_BYTES else None


def _end_of_scan(data, at):
    """Where the coded pixels from `at` on end, or the end of the data."""
    while True:
        at = data.find(0xFF, at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        marker = data[at + 1]
        if marker != 0 and marker not in _BARE:
            return at
        at += 2


def _next_start(data, at):
    following = data.find(START, at)
    if following >= 0:
        return following
    return len(data) if len(data) > MAX_BYTES else None
