"""Pictures whose files note a turn, in every place that people met, by hand.

Each has the orientation that a reader has to find, written here and found by
no library: `PICTURES[name]` is (file bytes, orientation), `upright(name)` the
pixels as a person sees them.
"""

import functools
import io
import struct
import zlib

import numpy as np
from PIL import Image

SIZE = (16, 24)
SHORT, LONG, BYTE = 3, 4, 1


def stored_pixels():
    """uint8 (16, 24, 3): four colours, which no turn maps to themselves."""
    image = np.zeros((*SIZE, 3), np.uint8)
    image[:8, :8], image[:8, 8:] = (250, 20, 20), (20, 240, 30)
    image[8:, :16], image[8:, 16:] = (30, 30, 230), (220, 210, 40)
    return image


def turn(image, orientation):
    """What EXIF's definition says, by mirrors and transpositions."""
    if orientation >= 5:
        image = image.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    return image


def tiff(orientation, order="<", kind=SHORT, count=1, more=()):
    """A TIFF structure of one directory."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order]
    form = "H" if kind == SHORT else ("I" if kind == LONG else "B")
    value = struct.pack(order + form, orientation).ljust(4, b"\0")
    if count == 2:
        value = struct.pack(order + "HH", orientation, 0)
    entries = [*more]
    if orientation is not None:
        entries.append(struct.pack(order + "HHI", 0x0112, kind, count) + value)
    directory = struct.pack(order + "H", len(entries)) + b"".join(entries)
    return head + struct.pack(order + "I", 8) + directory + bytes(4)


def no_orientation():
    """A TIFF structure that names the camera's maker alone."""
    maker = struct.pack("<HHI4s", 0x010F, 2, 3, b"ab\0\0")
    return b"II*\0" + struct.pack("<IH", 8, 1) + maker + bytes(4)


def attribute(orientation):
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description '
        f'tiff:Orientation="{orientation}"/></x:xmpmeta>'
    ).encode()


def element(orientation):
    return (
        "<x:xmpmeta><tiff:Orientation>"
        f"{orientation}</tiff:Orientation></x:xmpmeta>"
    ).encode()


@functools.cache
def plain(kind, **options):
    stream = io.BytesIO()
    picture = Image.fromarray(stored_pixels())
    if kind == "grey":
        kind, picture = "PNG", picture.convert("L")
    if kind == "palette":
        kind, picture = "PNG", picture.convert("P", palette=1)
    if kind == "JPEG":
        options = {"quality": 95, "subsampling": 0, **options}
    picture.save(stream, kind, **options)
    return stream.getvalue()


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def exif_segment(data):
    return segment(0xE1, b"Exif\0\0" + data)


def xmp_segment(data):
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + data)


def jpeg(*segments, **options):
    data = plain("JPEG", **options)
    return data[:2] + b"".join(segments) + data[2:]


def chunk(kind, content):
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def png(*before, after=(), kind="PNG"):
    data = plain(kind)
    place = data.index(b"IDAT") - 4
    end = data.index(b"IEND") - 4
    return (
        data[:place]
        + b"".join(before)
        + data[place:end]
        + b"".join(after)
        + data[end:]
    )


def raw_profile(data):
    data = b"Exif\0\0" + data
    digits = data.hex()
    lines = "\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
    return f"\nexif\n{len(data):8}\n{lines}\n".encode()


def text(kind, keyword, content):
    if kind == b"tEXt":
        return chunk(kind, keyword + b"\0" + content)
    if kind == b"zTXt":
        return chunk(kind, keyword + b"\0\0" + zlib.compress(content))
    return chunk(kind, keyword + b"\0\0\0\0\0" + content)


def packed_itxt(keyword, content):
    packed = zlib.compress(content)
    return chunk(b"iTXt", keyword + b"\0\1\0en\0xmp\0" + packed)


def webp(**notes):
    return plain("WEBP", lossless=True, **notes)


def tiff_file(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    Image.fromarray(stored_pixels()).save(stream, "TIFF", exif=exif)
    return stream.getvalue()


def two_pictures(orientation):
    """A phone's file of two JPEGs (MPO)."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(stored_pixels())
    other = Image.new("RGB", SIZE[::-1])
    picture.save(
        stream,
        "MPO",
        save_all=True,
        append_images=[other],
        exif=exif,
        quality=95,
        subsampling=0,
    )
    return stream.getvalue()


XMP = b"XML:com.adobe.xmp"
RAW = b"Raw profile type exif"
BIG = segment(0xE2, b"ICC_PROFILE\0\1\2" + bytes(65_000))
THUMBNAIL = struct.pack("<HHI4s", 0x0103, SHORT, 1, struct.pack("<HH", 6, 0))

PICTURES = {
    **{f"exif_{n}.jpg": (jpeg(exif_segment(tiff(n))), n) for n in range(1, 9)},
    **{
        f"exif_big_endian_{n}.jpg": (jpeg(exif_segment(tiff(n, ">"))), n)
        for n in (3, 6)
    },
    "plain.jpg": (jpeg(), 1),
    "long.jpg": (jpeg(exif_segment(tiff(6, kind=LONG))), 6),
    "long_big_endian.jpg": (jpeg(exif_segment(tiff(8, ">", LONG))), 8),
    "after_a_profile.jpg": (jpeg(BIG, BIG, exif_segment(tiff(6))), 6),
    "after_xmp.jpg": (jpeg(xmp_segment(b"<x/>"), exif_segment(tiff(8))), 8),
    "after_padding.jpg": (jpeg(b"\xff" * 5 + exif_segment(tiff(6))), 6),
    "progressive.jpg": (jpeg(exif_segment(tiff(6)), progressive=True), 6),
    "in_a_comment.jpg": (
        jpeg(segment(0xFE, b"Exif\0\0" + tiff(3)), exif_segment(tiff(6))),
        6,
    ),
    "only_in_a_comment.jpg": (jpeg(segment(0xFE, b"Exif\0\0" + tiff(6))), 1),
    "xmp_attribute.jpg": (jpeg(xmp_segment(attribute(6))), 6),
    "xmp_element.jpg": (jpeg(xmp_segment(element(8))), 8),
    "xmp_after_a_profile.jpg": (jpeg(BIG, BIG, xmp_segment(attribute(3))), 3),
    "exif_before_xmp.jpg": (
        jpeg(exif_segment(tiff(6)), xmp_segment(attribute(3))),
        6,
    ),
    "exif_upright_before_xmp.jpg": (
        jpeg(xmp_segment(attribute(3)), exif_segment(tiff(1))),
        1,
    ),
    "exif_silent_then_xmp.jpg": (
        jpeg(exif_segment(no_orientation()), xmp_segment(attribute(8))),
        8,
    ),
    "exif_empty_then_xmp.jpg": (
        jpeg(exif_segment(b""), xmp_segment(element(6))),
        6,
    ),
    "nonsense_0.jpg": (jpeg(exif_segment(tiff(0))), 1),
    "nonsense_9_with_xmp.jpg": (
        jpeg(exif_segment(tiff(9)), xmp_segment(attribute(6))),
        1,
    ),
    "xmp_0.jpg": (jpeg(xmp_segment(attribute(0))), 1),
    "two_values.jpg": (jpeg(exif_segment(tiff(6, count=2))), 6),
    "byte.jpg": (jpeg(exif_segment(tiff(6, kind=BYTE))), 1),
    "twice.jpg": (jpeg(exif_segment(tiff(3, more=[THUMBNAIL]))), 3),
    "damaged.jpg": (jpeg(exif_segment(b"XX*\0" + tiff(6)[4:])), 1),
    "two_pictures.jpg": (two_pictures(6), 6),
    "plain.png": (png(), 1),
    **{
        f"exif_{n}.png": (png(chunk(b"eXIf", tiff(n, ">"))), n)
        for n in range(1, 9)
    },
    "behind_the_pixels.png": (png(after=[chunk(b"eXIf", tiff(6))]), 6),
    "with_a_prefix.png": (png(chunk(b"eXIf", b"Exif\0\0" + tiff(6))), 6),
    "grey.png": (png(chunk(b"eXIf", tiff(6)), kind="grey"), 6),
    "palette.png": (png(chunk(b"eXIf", tiff(8)), kind="palette"), 8),
    "raw_packed.png": (png(text(b"zTXt", RAW, raw_profile(tiff(6)))), 6),
    "raw.png": (png(text(b"tEXt", RAW, raw_profile(tiff(8, ">")))), 8),
    "raw_behind.png": (
        png(after=[text(b"zTXt", RAW, raw_profile(tiff(3)))]),
        3,
    ),
    "exif_before_raw.png": (
        png(chunk(b"eXIf", tiff(3)), text(b"zTXt", RAW, raw_profile(tiff(6)))),
        3,
    ),
    "xmp.png": (png(text(b"iTXt", XMP, attribute(6))), 6),
    "xmp_element.png": (png(text(b"iTXt", XMP, element(3))), 3),
    "xmp_packed.png": (png(packed_itxt(XMP, attribute(8))), 8),
    "xmp_behind.png": (png(after=[text(b"iTXt", XMP, attribute(6))]), 6),
    "exif_before_xmp.png": (
        png(text(b"iTXt", XMP, attribute(3)), chunk(b"eXIf", tiff(6))),
        6,
    ),
    "exif_silent_then_xmp.png": (
        png(chunk(b"eXIf", no_orientation()), text(b"iTXt", XMP, element(6))),
        6,
    ),
    "other_text.png": (png(text(b"tEXt", b"Comment", attribute(6))), 1),
    "damaged.png": (png(chunk(b"eXIf", b"nothing at all")), 1),
    **{
        f"exif_{n}.webp": (webp(exif=b"Exif\0\0" + tiff(n)), n)
        for n in (1, 3, 6, 7)
    },
    "xmp.webp": (webp(xmp=attribute(8)), 8),
    "exif_before_xmp.webp": (
        webp(exif=b"Exif\0\0" + tiff(6), xmp=attribute(3)),
        6,
    ),
    **{f"tag_{n}.tif": (tiff_file(n), n) for n in (1, 2, 3, 6, 8)},
    "plain.bmp": (plain("BMP"), 1),
    "plain.gif": (plain("GIF"), 1),
}
SERVED = [n for n in PICTURES if n.endswith((".jpg", ".png"))]
"""Those that an exported graph takes as they are."""


def upright(name):
    """uint8 (H, W, 3) as a person sees the picture, lossy formats about so."""
    image = stored_pixels()
    if name.startswith("grey"):
        grey = Image.fromarray(image).convert("L")
        image = np.array(grey.convert("RGB"))
    return turn(image, PICTURES[name][1])


def same(found, name):
    """Whether pixels are those of a picture; JPEG and palettes blur some."""
    expected = upright(name)
    return (
        found.shape == expected.shape
        and np.abs(found.astype(int) - expected).mean() < 6
    )
