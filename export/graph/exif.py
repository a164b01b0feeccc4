"""The orientation that a camera noted in a JPEG, inside a graph.

Phones store pixels as the sensor lies and note in EXIF how to turn them.
`tf_advseg predict` turns images upright, so an artefact must, too; TensorFlow
has no operation for it.

The note is tag 0x0112 of the first directory of a TIFF structure in segment
APP1, after the six bytes `Exif\\0\\0`:

    byte order (II or MM), 42, offset of the directory      8 bytes
    directory: number of entries (2 bytes), then entries of 12 bytes:
               tag (2), type (2), count (4), value (4)

    1 as it is     2 mirrored    3 turned by 180      4 upside down, mirrored
    5 transposed   6 turn right  7 anti-transposed    8 turn left
"""

import tensorflow as tf

_START = b"Exif\0\0"
_LOOK_AT = 65536
"""Bytes in which the note must be; a segment cannot be longer."""
_TAG = 0x0112
_MOST_ENTRIES = 200


def orientation(image_bytes: tf.Tensor) -> tf.Tensor:
    """Returns the noted orientation, int32 1 to 8; 1 if there is none.

    Args:
        image_bytes: A JPEG file, a scalar string.
    """
    head = tf.strings.substr(image_bytes, 0, _LOOK_AT)
    data = tf.cast(tf.io.decode_raw(head, tf.uint8), tf.int32)
    # Whatever is read beyond the end reads as zero.
    data = tf.pad(data, [[0, len(_START) + 16]])
    start = _find(data, _START)
    found = tf.cond(
        start >= 0,
        lambda: _read_directory(data, start + len(_START)),
        lambda: tf.constant(1),
    )
    usable = tf.logical_and(found >= 1, found <= 8)
    return tf.where(usable, found, 1)


def swaps_sides(orientation: tf.Tensor) -> tf.Tensor:
    """Whether height and width change places when the image is turned."""
    return orientation >= 5


def upright(image: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """Turns an image `(H, W, C)` the way its note says."""
    turned = tf.cond(
        swaps_sides(orientation),
        lambda: tf.transpose(image, (1, 0, 2)),
        lambda: image,
    )
    # After the transposition, if any, each is one or two mirrorings.
    rows = tf.reduce_any(tf.equal(orientation, (3, 4, 7, 8)))
    columns = tf.reduce_any(tf.equal(orientation, (2, 3, 6, 7)))
    turned = tf.cond(rows, lambda: turned[::-1], lambda: turned)
    return tf.cond(columns, lambda: turned[:, ::-1], lambda: turned)


def _find(data, pattern):
    """Index of the first place of `pattern`, -1 if there is none."""
    length = tf.shape(data)[0] - len(pattern) + 1
    matches = tf.ones((length,), tf.bool)
    for offset, byte in enumerate(pattern):
        matches &= tf.equal(data[offset : offset + length], byte)
    places = tf.where(matches)[:, 0]
    return tf.cast(tf.concat([places, [-1]], axis=0)[0], tf.int32)


def _read_directory(data, tiff):
    """The value of the tag, 0 if it is missing."""
    is_little = tf.equal(data[tiff], ord("I"))

    def number(places, length):
        """Numbers of `length` bytes at places of the TIFF structure."""
        steps = tf.range(length)
        steps = tf.where(is_little, length - 1 - steps, steps)
        at = tiff + places[..., None] + steps
        inside = tf.logical_and(at >= 0, at < tf.shape(data)[0])
        values = tf.gather(data, tf.where(inside, at, 0))
        values = tf.where(inside, values, 0)
        powers = 256 ** tf.range(length - 1, -1, -1)
        return tf.reduce_sum(values * powers, axis=-1)

    # Three bytes of the offset are enough, and cannot overflow.
    low_bytes = tf.where(is_little, 4, 5)
    directory = number(low_bytes, 3)
    count = tf.clip_by_value(number(directory, 2), 0, _MOST_ENTRIES)
    entries = directory + 2 + 12 * tf.range(count)
    values = tf.where(
        tf.equal(number(entries, 2), _TAG), number(entries + 8, 2), 0
    )
    return tf.reduce_max(tf.concat([values, [0]], axis=0))
