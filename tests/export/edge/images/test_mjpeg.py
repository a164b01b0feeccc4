"""JPEGs that follow each other in a stream."""

import io

import numpy as np
from PIL import Image

from tf_advseg.export.edge.images.frames import frames_of_mjpeg
from tf_advseg.export.edge.images.mjpeg import split_jpegs


def jpeg(seed, **options):
    random = np.random.default_rng(seed)
    image = Image.fromarray(random.integers(0, 256, (40, 60, 3), np.uint8))
    content = io.BytesIO()
    image.save(content, "jpeg", **options)
    return content.getvalue()


class Drip(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, data, step):
        self._data, self._step = io.BytesIO(data), step

    def read(self, size=-1):
        return self._data.read(min(self._step, size))


def test_images_come_out_as_they_went_in():
    # Progressive images have several scans; both kinds restart markers.
    images = [jpeg(0), jpeg(1, progressive=True), jpeg(2, quality=100)]
    images.append(jpeg(3, restart_marker_rows=1))
    for step in (1, 7, 100_000):
        assert list(split_jpegs(Drip(b"".join(images), step))) == images


def test_headers_between_images_are_passed_over():
    first, second = jpeg(0), jpeg(1)
    header = b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"
    stream = io.BytesIO(header + first + header + second + b"\r\n")
    assert list(split_jpegs(stream)) == [first, second]


def test_a_thumbnail_inside_does_not_end_an_image():
    thumbnail = jpeg(5, quality=5)
    image = jpeg(0, exif=b"Exif\0\0" + thumbnail)
    assert thumbnail in image
    assert list(split_jpegs(io.BytesIO(image + image))) == [image, image]


def test_after_a_broken_image_the_next_one_is_right():
    whole = jpeg(1)
    frames = list(frames_of_mjpeg(io.BytesIO(jpeg(0)[:700] + whole)))
    assert [frame.image is None for frame in frames] == [True, False]
    expected = np.asarray(Image.open(io.BytesIO(whole)))
    np.testing.assert_array_equal(frames[1].image, expected)


def test_noise_is_no_image():
    noise = np.random.default_rng(0).integers(0, 255, 10_000, np.uint8)
    assert list(split_jpegs(io.BytesIO(noise.tobytes()))) == []
