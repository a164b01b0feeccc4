"""From JPEG and PNG bytes to pixels, inside a graph, with care.

The header is read before anything is decoded: a PNG of a hundred bytes may
claim 100,000 x 100,000 pixels, and a server must answer with an error and
not with 30 GB of memory. What decodes, decodes as Pillow does it: JPEG by the
slow, exact transform, turned upright as EXIF or XMP says; grey and palette
images become RGB; alpha is dropped. PNGs of 16 bits a channel are refused, as
everywhere in the package.
"""

import tensorflow as tf

from tf_advseg.export.graph import exif

MAX_PIXELS = 2**24
"""Pixels of all images of a request together: eight of Cityscapes' 2048x1024.
Logits of full size take 4 bytes a class each."""

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = 33
"""Bytes of a PNG's signature and its first chunk, the header."""


def decode_images(
    image_bytes: tf.Tensor, max_pixels: int = MAX_PIXELS
) -> tf.Tensor:
    """Decodes a batch of images of one size.

    Args:
        image_bytes: Strings `(B,)`, each a whole JPEG or PNG file.
        max_pixels: The most that all images together may have.

    Returns:
        uint8 `(B, H, W, 3)`, RGB.

    Raises:
        tf.errors.InvalidArgumentError: When run, if one is no JPEG or PNG,
            is broken, or if they are too large or differ in size.
    """
    shapes, orientations = tf.map_fn(
        _image_shape,
        image_bytes,
        fn_output_signature=(
            tf.TensorSpec((2,), tf.int64),
            tf.TensorSpec((), tf.int32),
        ),
    )
    with tf.control_dependencies(_checks(shapes, max_pixels)):
        image_bytes = tf.identity(image_bytes)
    return tf.map_fn(
        lambda one: exif.upright(_decode(one[0]), one[1]),
        (image_bytes, orientations),
        fn_output_signature=tf.TensorSpec((None, None, 3), tf.uint8),
    )


def check_pixels(images: tf.Tensor, max_pixels: int = MAX_PIXELS) -> tf.Tensor:
    """Returns the images `(B, H, W, 3)`, having checked their number."""
    shape = tf.shape(images, out_type=tf.int64)
    sizes = tf.tile(shape[None, 1:3], tf.stack([shape[0], 1]))
    with tf.control_dependencies(_checks(sizes, max_pixels)):
        return tf.identity(images)


def _checks(shapes, max_pixels):
    """Assertions about heights and widths `(B, 2)`."""
    return [
        tf.debugging.assert_greater(
            tf.size(shapes), 0, "The request holds no image."
        ),
        tf.debugging.assert_equal(
            shapes,
            shapes[:1],
            "All images of a request must have one size (height, width).",
        ),
        tf.debugging.assert_positive(shapes, "An image has no pixels."),
        tf.debugging.assert_less_equal(
            tf.reduce_sum(tf.reduce_prod(shapes, axis=1)),
            tf.constant(max_pixels, tf.int64),
            f"A request may have {max_pixels} pixels; send smaller images, "
            "or fewer at once.",
        ),
    ]


def _image_shape(image_bytes):
    """(H, W) of one image by its header, upright, and its orientation."""
    is_png = _starts_with(image_bytes, _PNG)
    is_known = tf.logical_or(is_png, _starts_with(image_bytes, _JPEG))
    known = tf.debugging.assert_equal(
        is_known, True, "Expected the bytes of a whole JPEG or PNG image."
    )
    with tf.control_dependencies([known]):
        image_bytes = tf.identity(image_bytes)
    shape = tf.cond(
        is_png,
        lambda: _png_shape(image_bytes),
        lambda: _jpeg_shape(image_bytes),
    )
    orientation = exif.orientation(image_bytes)
    swaps = exif.swaps_sides(orientation)
    shape = tf.where(swaps, shape[::-1], shape)
    return tf.ensure_shape(shape, (2,)), orientation


def _starts_with(image_bytes, start):
    return tf.equal(tf.strings.substr(image_bytes, 0, len(start)), start)


def _png_shape(image_bytes):
    length = tf.strings.length(image_bytes)
    whole = tf.debugging.assert_greater_equal(
        length, _PNG_HEADER, "The PNG ends within its header."
    )
    with tf.control_dependencies([whole]):
        header = tf.strings.substr(image_bytes, 0, _PNG_HEADER)
    header = tf.cast(tf.io.decode_raw(header, tf.uint8), tf.int64)
    deep = tf.debugging.assert_less_equal(
        header[24],
        tf.constant(8, tf.int64),
        "The PNG has more than 8 bits a channel; convert it to 8 bits.",
    )
    with tf.control_dependencies([deep]):
        sizes = tf.reshape(header[16:24], (2, 4))
    big_endian = tf.constant([2**24, 2**16, 2**8, 1], tf.int64)
    return tf.reverse(tf.reduce_sum(sizes * big_endian, axis=1), (0,))


def _jpeg_shape(image_bytes):
    return tf.image.extract_jpeg_shape(image_bytes, output_type=tf.int64)[:2]


def _decode(image_bytes):
    return tf.cond(
        _starts_with(image_bytes, _PNG),
        lambda: tf.io.decode_png(image_bytes, channels=3),
        lambda: _decode_jpeg(image_bytes),
    )


def _decode_jpeg(image_bytes):
    return tf.io.decode_jpeg(
        image_bytes, channels=3, dct_method="INTEGER_ACCURATE"
    )
