"""JPEGs with a noted orientation are turned upright, as Pillow turns them."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from PIL import ImageOps

from tf_advseg.export.graph import exif
from tf_advseg.export.graph.image_bytes import decode_images

ORIENTATION = 0x0112
MAKER = 0x010F


def _jpeg(orientation, endian="<"):
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 256, (12, 20, 3), np.uint8))
    notes = Image.Exif()
    notes.endian = endian
    if orientation is not None:
        notes[ORIENTATION] = orientation
    notes[MAKER] = "a camera"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=notes.tobytes())
    return buffer.getvalue()


@pytest.fixture(scope="module")
def decode():
    spec = tf.TensorSpec((None,), tf.string)
    return tf.function(decode_images, input_signature=[spec])


@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_in_both_byte_orders(decode, orientation, endian):
    file = _jpeg(orientation, endian)
    assert exif.orientation(tf.constant(file)) == orientation
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    np.testing.assert_array_equal(decode([file])[0], np.asarray(expected))


@pytest.mark.parametrize("orientation", [None, 0, 9])
def test_no_note_or_nonsense_leaves_the_image(decode, orientation):
    file = _jpeg(orientation)
    expected = np.asarray(Image.open(io.BytesIO(file)))
    np.testing.assert_array_equal(decode([file])[0], expected)


def test_a_batch_is_of_one_size_once_upright(decode):
    turned = _jpeg(6)
    with pytest.raises(tf.errors.InvalidArgumentError, match="one size"):
        decode([turned, _jpeg(1)])
    assert decode([turned, _jpeg(8)]).shape == (2, 20, 12, 3)


def test_broken_notes_do_no_harm(decode):
    file = _jpeg(6)
    start = file.index(b"Exif\0\0")
    pixels = sorted(np.asarray(Image.open(io.BytesIO(file))).ravel())
    rng = np.random.default_rng(1)
    for _ in range(50):
        broken = bytearray(file)
        for _ in range(4):
            broken[start + int(rng.integers(40))] = int(rng.integers(256))
        found = decode([bytes(broken)])
        assert sorted(found.numpy().ravel()) == pixels
