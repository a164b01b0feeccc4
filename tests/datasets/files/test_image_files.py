import re

import numpy as np
import pytest
from PIL import Image
from png_by_hand import write_png
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.files.image_files import image_size
from tf_advseg.datasets.files.image_files import read_colours
from tf_advseg.datasets.files.image_files import read_ids
from tf_advseg.datasets.files.image_files import read_rgb

ORIENTATION = 0x0112


def sentence(read, path):
    with pytest.raises(DataError) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize("ending", ["jpg", "png", "bmp", "webp", "tif"])
def test_every_format_is_read_as_rgb(tmp_path, ending):
    path = write_image(tmp_path / f"a.{ending}", (8, 16), value=200)
    image = read_rgb(path)
    assert image.shape == (8, 16, 3) and image.dtype == np.uint8
    assert np.all(np.abs(image.astype(int) - 200) <= 2)
    assert image_size(path) == (8, 16)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "CMYK"])
def test_other_modes_become_rgb(tmp_path, mode):
    path = tmp_path / "a.tif"
    Image.new("RGB", (4, 2), (255, 255, 255)).convert(mode).save(path)
    assert read_rgb(path).tolist() == np.full((2, 4, 3), 255).tolist()


def test_alpha_is_dropped(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGBA", (1, 1), (10, 20, 30, 0)).save(path)
    assert read_rgb(path).tolist() == [[[10, 20, 30]]]


def test_images_are_turned_upright(tmp_path):
    pixels = np.zeros((8, 16, 3), np.uint8)
    pixels[:, :8] = 255
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # The camera was turned: show it 90 degrees right.
    path = tmp_path / "a.jpg"
    Image.fromarray(pixels).save(path, exif=exif)
    image = read_rgb(path)
    assert image.shape == (16, 8, 3)
    assert image[:7].min() > 200 and image[9:].max() < 50
    assert image_size(path) == (16, 8)


def test_an_upside_down_image_keeps_its_size(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION] = 3
    path = tmp_path / "a.jpg"
    Image.new("RGB", (16, 8)).save(path, exif=exif)
    assert image_size(path) == read_rgb(path).shape[:2] == (8, 16)


@pytest.mark.parametrize(("colour_type", "mode"), [(0, "I;16"), (2, "RGB")])
def test_16_bit_images_are_refused(tmp_path, colour_type, mode):
    path = write_png(
        tmp_path / "a.png",
        [b"\1\2" * (4 if colour_type == 0 else 12)],
        width=4,
        bits=16,
        colour_type=colour_type,
    )
    assert sentence(read_rgb, path) == (
        f"Image {str(path)!r} has more than 8 bits a channel (mode {mode}); "
        "convert it to 8 bits a channel first."
    )


def test_a_truncated_jpeg_is_named(tmp_path):
    path = tmp_path / "a.jpg"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:2000])
    assert sentence(read_rgb, path).startswith(
        f"{str(path)!r} cannot be decoded: image file is truncated"
    )


def test_a_damaged_png_is_named(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (32, 32))
    path = write_label(tmp_path / "a.png", noise)
    content = bytearray(path.read_bytes())
    content[100:120] = b"\xff" * 20
    path.write_bytes(content)
    assert sentence(read_ids, path).startswith(
        f"{str(path)!r} cannot be decoded: "
    )


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "a.jpg"
    path.touch()
    assert sentence(read_rgb, path) == f"{str(path)!r} is empty (0 bytes)."


def test_a_file_of_another_kind_is_named(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("version https://git-lfs.github.com/spec/v1")
    assert sentence(read_rgb, path) == (
        f"{str(path)!r} is not an image of a known format."
    )


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "a.jpg"
    assert sentence(read_rgb, path) == f"{str(path)!r} does not exist."


@pytest.mark.parametrize("limit", [100, 60])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_an_image_of_too_many_pixels_is_refused(tmp_path, monkeypatch, limit):
    path = write_image(tmp_path / "a.png", (8, 16))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    assert re.fullmatch(
        rf".*a.png' has (8 x 16|too many) pixels; expected at most {limit} "
        r"\(PIL.Image.MAX_IMAGE_PIXELS\): scale it down or cut it into pieces.",
        sentence(read_rgb, path),
    )


def test_ids_are_the_numbers_of_greyscale_and_palette_files(tmp_path):
    ids = np.array([[0, 7], [255, 3]], np.uint8)
    grey = write_label(tmp_path / "grey.png", ids)
    palette = Image.fromarray(ids)
    palette.putpalette([value for i in range(256) for value in (255 - i, 9, i)])
    palette.save(tmp_path / "palette.png")
    for path in (grey, tmp_path / "palette.png"):
        assert read_ids(path).tolist() == ids.tolist()


def test_ids_of_16_bit_files_are_kept(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.array([[1, 1000]], np.uint16)).save(path)
    assert read_ids(path).tolist() == [[1, 1000]]


@pytest.mark.parametrize(
    ("bits", "row", "expected"),
    [
        (1, b"\x60", [0, 1, 1, 0]),
        (2, b"\x1b", [0, 1, 2, 3]),
        (4, b"\x01\x2f", [0, 1, 2, 15]),
    ],
)
def test_ids_of_greys_with_few_bits_are_not_stretched(
    tmp_path, bits, row, expected
):
    path = write_png(
        tmp_path / "a.png", [row], width=4, bits=bits, colour_type=0
    )
    assert read_ids(path).tolist() == [expected]


def test_a_label_of_colours_is_not_read_as_ids(tmp_path):
    path = write_image(tmp_path / "a.png")
    assert sentence(read_ids, path) == (
        f"Label {str(path)!r} has the mode RGB; expected one number a pixel "
        "(greyscale or palette). If its colours are the labels, leave the "
        "ids out of the class map."
    )


def test_a_label_of_ids_is_not_read_as_colours(tmp_path):
    path = write_label(tmp_path / "a.png", np.zeros((2, 2)))
    assert sentence(read_colours, path) == (
        f"Label {str(path)!r} has the mode L; expected 8-bit RGB or palette "
        "colours, since the class map has colours and no ids."
    )
