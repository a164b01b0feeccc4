"""Where a JPEG or PNG notes how it is turned, found inside a graph.

    JPEG   segments APP1 before the first scan: `Exif\\0\\0` and a TIFF
           structure; `http://ns.adobe.com/xap/1.0/\\0` and XMP
    PNG    chunk eXIf with a TIFF structure; texts (tEXt, zTXt, iTXt) called
           "Raw profile type exif" (hexadecimal) and "XML:com.adobe.xmp"

as Pillow reads them: notes behind a PNG's pixels count, too. Files are walked
from segment to segment, up to a limit: what is longer is refused, as is text
that may unpack to more than some megabytes.
"""

import tensorflow as tf

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_RAW_EXIF = b"Raw profile type exif"
_XMP_TEXT = b"XML:com.adobe.xmp"
_BIG_ENDIAN = (2**24, 2**16, 2**8, 1)
_MOST_SEGMENTS = 5000
_MOST_CHUNKS = 50_000
_MOST_PACKED = 2**16
"""Bytes of compressed text: they unpack to a thousand times as much at most."""


def jpeg_notes(file: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the TIFF structure and the XMP of a JPEG, scalar strings.

    Args:
        file: A JPEG file, a scalar string.
    """
    length = tf.strings.length(file)

    def going(at, exif, xmp):
        return (at >= 0) & (at + 4 <= length)

    def step(at, exif, xmp):
        byte = tf.unstack(_numbers(tf.strings.substr(file, at, 4), 4))
        marker, size = byte[1], tf.maximum(256 * byte[2] + byte[3], 2)
        is_marker = tf.equal(byte[0], 0xFF)
        content = tf.cond(
            is_marker & tf.equal(marker, 0xE1),
            lambda: tf.strings.substr(file, at + 4, size - 2),
            lambda: tf.constant(b""),
        )
        exif = tf.strings.join([exif, _after(content, _EXIF)])
        found = _after(content, _XMP)
        xmp = tf.where(tf.strings.length(found) > 0, found, xmp)
        # Padding, junk and markers without a length are passed over.
        short = tf.where(is_marker & tf.not_equal(marker, 0xFF), 2, 1)
        further = tf.where(is_marker & _has_length(marker), 2 + size, short)
        is_scan = is_marker & tf.equal(marker, 0xDA)
        return tf.where(is_scan, -1, at + further), exif, xmp

    start = (tf.constant(2), tf.constant(b""), tf.constant(b""))
    at, exif, xmp = tf.while_loop(
        going, step, start, maximum_iterations=_MOST_SEGMENTS
    )
    return _once_walked(going(at, exif, xmp), exif, xmp)


def png_notes(file: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the TIFF structure and the XMP of a PNG, scalar strings.

    Args:
        file: A PNG file, a scalar string.
    """
    length = tf.cast(tf.strings.length(file), tf.int64)
    four = tf.constant(4, tf.int64)

    def going(at, exif, raw, xmp):
        return (at >= 0) & (at + 12 <= length)

    def step(at, exif, raw, xmp):
        byte = _numbers(tf.strings.substr(file, at, four), 4)
        size = tf.reduce_sum(tf.cast(byte, tf.int64) * _BIG_ENDIAN)
        kind = tf.strings.substr(file, at + 4, four)

        def note():
            content = tf.strings.substr(file, at + 8, size)
            is_exif = tf.equal(kind, b"eXIf")
            return (
                tf.where(is_exif, content, exif),
                _newer(kind, content, _RAW_EXIF, raw),
                _newer(kind, content, _XMP_TEXT, xmp),
            )

        kinds = tf.constant([b"eXIf", b"tEXt", b"zTXt", b"iTXt"])
        is_note = tf.reduce_any(tf.equal(kind, kinds))
        notes = tf.cond(is_note, note, lambda: (exif, raw, xmp))
        is_end = tf.equal(kind, b"IEND")
        return tf.where(is_end, -four, at + 12 + size), *notes

    start = (tf.constant(8, tf.int64), *[tf.constant(b"")] * 3)
    at, exif, raw, xmp = tf.while_loop(
        going, step, start, maximum_iterations=_MOST_CHUNKS
    )
    exif = tf.cond(
        tf.equal(exif, b"") & tf.not_equal(raw, b""),
        lambda: _from_hexadecimal(raw),
        lambda: exif,
    )
    return _once_walked(going(at, exif, raw, xmp), exif, xmp)


def _once_walked(is_unfinished, exif, xmp):
    whole = tf.debugging.assert_equal(
        is_unfinished,
        False,
        "The image's file is in too many pieces; save it anew.",
    )
    with tf.control_dependencies([whole]):
        return tf.identity(exif), tf.identity(xmp)


def _numbers(text, count):
    """The first bytes of a string as int32 `(count,)`."""
    data = tf.cast(tf.io.decode_raw(text, tf.uint8), tf.int32)
    return tf.ensure_shape(data[:count], (count,))


def _has_length(marker):
    """Whether a JPEG's marker is followed by the length of its segment."""
    frame = (marker >= 0xC0) & (marker <= 0xCF) & tf.not_equal(marker, 0xC8)
    table = (marker >= 0xDA) & (marker <= 0xDF)
    app = (marker >= 0xE0) & (marker <= 0xEF)
    return frame | table | app | tf.equal(marker, 0xFE)


def _after(text, start):
    """What follows a start; nothing if the text does not begin so."""
    begins = tf.equal(tf.strings.substr(text, 0, len(start)), start)
    return tf.cond(
        begins,
        lambda: tf.strings.substr(text, len(start), tf.strings.length(text)),
        lambda: tf.constant(b""),
    )


def _newer(kind, content, keyword, known):
    """The text of a chunk if it is called so, or else what is known."""
    rest = _after(content, keyword + b"\0")
    return tf.cond(
        tf.equal(rest, b""),
        lambda: known,
        lambda: tf.case(
            [
                (tf.equal(kind, b"tEXt"), lambda: rest),
                (tf.equal(kind, b"zTXt"), lambda: _unpacked(rest, 1)),
                (tf.equal(kind, b"iTXt"), lambda: _international(rest)),
            ],
            default=lambda: known,
        ),
    )


def _international(rest):
    """Of iTXt: compressed or not, method, language, its keyword, the text."""
    is_packed = tf.not_equal(tf.strings.substr(rest, 0, 1), b"\0")
    further = tf.strings.substr(rest, 2, tf.strings.length(rest))
    parts = tf.strings.split(further, b"\0", maxsplit=2)
    text = tf.cond(
        tf.size(parts) > 2, lambda: parts[2], lambda: tf.constant(b"")
    )
    return tf.cond(is_packed, lambda: _unpacked(text, 0), lambda: text)


def _unpacked(text, begin):
    short = tf.debugging.assert_less_equal(
        tf.strings.length(text),
        _MOST_PACKED,
        "The PNG's notes are long compressed texts; send it without them.",
    )
    with tf.control_dependencies([short]):
        packed = tf.strings.substr(text, begin, _MOST_PACKED)
    return tf.io.decode_compressed(packed, "ZLIB")


def _from_hexadecimal(text):
    """The bytes that a raw profile spells, after three lines of heading."""
    lines = tf.strings.split(text, "\n")[3:]
    text = tf.strings.reduce_join(lines)
    digits = tf.cast(tf.io.decode_raw(text, tf.uint8), tf.int32)
    pairs = tf.reshape(digits[: 2 * (tf.size(digits) // 2)], (-1, 2))
    # 0-9 are 0x30 to 0x39, letters 0x41 and 0x61 to 0x66.
    values = tf.math.floormod(pairs, 16) + 9 * (pairs // 64)
    numbers = 16 * values[:, 0] + values[:, 1]
    table = tf.constant([bytes([number]) for number in range(256)])
    found = tf.strings.reduce_join(
        tf.gather(table, tf.math.floormod(numbers, 256))
    )
    return tf.cond(
        tf.equal(tf.strings.substr(found, 0, len(_EXIF)), _EXIF),
        lambda: _after(found, _EXIF),
        lambda: found,
    )
