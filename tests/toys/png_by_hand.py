"""PNGs from packed rows, for what Pillow cannot write."""

import struct
import zlib


def write_png(path, rows, *, width, bits, colour_type):
    """Writes a PNG from packed rows, for what Pillow cannot write."""

    def chunk(kind, data):
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(
        ">IIBBBBB", width, len(rows), bits, colour_type, 0, 0, 0
    )
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )
    return path
