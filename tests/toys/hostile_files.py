"""Names and pictures that somebody made to do harm."""

import struct
import zlib
from pathlib import Path

NAMES = (
    "with space",
    "new\nline",
    "улица",
    "街道",
    "شارع",
    "strase\u0301",
    "quote'\"",
    "percent%2F",
    "-dash",
    "*star?",
)


def bomb(path: Path, height=60_000, width=60_000) -> Path:
    """A PNG of a hundred bytes whose header promises 3.6e9 pixels."""

    def chunk(kind, body):
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )
    return path
