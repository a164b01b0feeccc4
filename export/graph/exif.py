"""The orientation that a camera noted in a JPEG or PNG, inside a graph.

Phones store pixels as the sensor lies and note how to turn them, in EXIF or,
where EXIF does not say, in XMP (`notes` finds both). `tf_advseg predict` turns
images upright, so an artefact must, too; TensorFlow has no operation for it.

In EXIF it is tag 0x0112 of the first directory of a TIFF structure:

    byte order (II or MM), 42, offset of the directory      8 bytes
    directory: number of entries (2 bytes), then entries of 12 bytes:
               tag (2), type (2), count (4), value (4)

In XMP it is `tiff:Orientation`, as an attribute or an element.

    1 as it is     2 mirrored    3 turned by 180      4 upside down, mirrored
    5 transposed   6 turn right  7 anti-transposed    8 turn left
"""

import tensorflow as tf

from tf_advseg.export.graph import notes

_START = b"Exif\0\0"
_HEADS = (b"MM\0*", b"II*\0", b"MM*\0", b"II\0*")
"""Two of them are wrong, and read as they are meant; Pillow does."""
_TAG = 0x0112
_MOST_ENTRIES = 200
_SHORT, _LONG, _SIGNED_SHORT, _SIGNED_LONG = 3, 4, 8, 9
_TYPES = 13
_PNG = b"\x89PNG"


def orientation(image_bytes: tf.Tensor) -> tf.Tensor:
    """Returns the noted orientation, int32 1 to 8; 1 if there is none.

    Args:
        image_bytes: A JPEG or PNG file, a scalar string.
    """
    exif, xmp = tf.cond(
        tf.equal(tf.strings.substr(image_bytes, 0, 4), _PNG),
        lambda: notes.png_notes(image_bytes),
        lambda: notes.jpeg_notes(image_bytes),
    )
    is_there, of_exif = _in_exif(exif)
    found = tf.cond(is_there, lambda: of_exif, lambda: _in_xmp(xmp))
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


def _in_exif(exif):
    """Whether EXIF says anything of it, and what; 1 if that is damaged."""
    begin = tf.where(tf.equal(tf.strings.substr(exif, 0, 6), _START), 6, 0)
    exif = tf.strings.substr(exif, begin, tf.strings.length(exif))
    is_sound = tf.reduce_any(
        tf.equal(tf.strings.substr(exif, 0, 4), tf.constant(_HEADS))
    )
    data = tf.cast(tf.io.decode_raw(exif, tf.uint8), tf.int32)
    return tf.cond(
        is_sound,
        lambda: _in_directory(data),
        lambda: (tf.size(data) > 0, tf.constant(1)),
    )


def _in_directory(data):
    """As `_in_exif`, of a TIFF structure `(N,)` of bytes."""
    length = tf.size(data)
    is_little = tf.equal(data[0], ord("I"))

    def number(places, size):
        """Numbers of `size` bytes at places; bytes beyond the end are 0."""
        steps = tf.range(size)
        steps = tf.where(is_little, size - 1 - steps, steps)
        at = places[..., None] + steps
        inside = tf.logical_and(at >= 0, at < length)
        values = tf.gather(data, tf.where(inside, at, 0))
        powers = 256 ** tf.range(size - 1, -1, -1)
        return tf.reduce_sum(tf.where(inside, values, 0) * powers, axis=-1)

    # Three bytes of an offset or a count are enough, and cannot overflow.
    low = tf.where(is_little, 0, 1)
    high = tf.where(is_little, 7, 4)
    directory = number(4 + low, 3)
    directory = tf.where(data[high] > 0, length, directory)
    count = tf.clip_by_value(number(directory, 2), 0, _MOST_ENTRIES)
    entries = directory + 2 + 12 * tf.range(count)
    kinds = number(entries + 2, 2)
    is_tag = (
        tf.equal(number(entries, 2), _TAG)
        & (entries + 12 <= length)
        & (kinds >= 1)
        & (kinds <= _TYPES)
    )
    is_short = tf.equal(kinds, _SHORT) | tf.equal(kinds, _SIGNED_SHORT)
    is_long = tf.equal(kinds, _LONG) | tf.equal(kinds, _SIGNED_LONG)
    values = tf.where(
        is_short, number(entries + 8, 2), number(entries + 8 + low, 3)
    )
    # Of several values the first; two short ones stand here, too.
    counts = number(entries + 4 + low, 3)
    is_here = (is_short & (counts <= 2)) | (is_long & (counts <= 1))
    values = tf.where(is_here, values, 1)
    # The last of several counts.
    found = tf.boolean_mask(values, is_tag)
    last = tf.concat([[1], found], axis=0)[-1]
    return tf.size(found) > 0, last


def _in_xmp(xmp):
    """The first `tiff:Orientation` that is followed by a digit, or 1."""
    data = tf.cast(tf.io.decode_raw(xmp, tf.uint8), tf.int32)
    found = [
        _digits_after(data, b'tiff:Orientation="'),
        _digits_after(data, b"tiff:Orientation>"),
    ]
    places, digits = zip(*found, strict=True)
    first = tf.cast(places[1] < places[0], tf.int32)
    return tf.stack(digits)[first]


def _digits_after(data, pattern):
    """Where a pattern and a digit first stand, and the digit; 1 if nowhere."""
    data = tf.pad(data, [[0, len(pattern) + 1]])
    count = tf.size(data) - len(pattern)
    digits = data[len(pattern) :] - ord("0")
    matches = (digits >= 0) & (digits <= 9)
    for offset, byte in enumerate(pattern):
        matches &= tf.equal(data[offset : offset + count], byte)
    places = tf.cast(tf.where(matches)[:, 0], tf.int32)
    place = tf.concat([places, [count]], axis=0)[0]
    found = tf.gather(tf.concat([digits, [1]], axis=0), place)
    return place, found
