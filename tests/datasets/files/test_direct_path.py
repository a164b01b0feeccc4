"""The short way to a sample gives the pixels of the long way."""

import numpy as np
import pytest
from PIL import Image
from PIL import PngImagePlugin
from toy_domains import write_folder

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.image_files import image_size
from tf_advseg.datasets.files.image_files import read_picture
from tf_advseg.datasets.files.image_files import read_rgb

NOISE = np.random.default_rng(0).integers(0, 256, (23, 37, 3), np.uint8)
EXIF = Image.Exif()
EXIF[0x0112] = 6


def write(path, mode="RGB", **options):
    Image.fromarray(NOISE).convert(mode).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.png", "RGB", {}),
        ("a.png", "RGB", {"compress_level": 0}),
        ("a.png", "RGB", {"exif": EXIF}),
        ("a.png", "RGB", {"transparency": (0, 0, 0)}),
        ("a.png", "RGBA", {}),
        ("a.png", "L", {}),
        ("a.png", "P", {}),
        ("a.png", "1", {}),
        ("a.jpg", "RGB", {"quality": 80}),
        ("a.jpg", "RGB", {"exif": EXIF}),
        ("a.jpg", "CMYK", {}),
        ("a.webp", "RGB", {"lossless": True}),
    ],
)
def test_pictures_have_the_pixels_of_images(name, mode, options, tmp_path):
    path = write(tmp_path / name, mode, **options)
    image = read_rgb(path)
    np.testing.assert_array_equal(np.asarray(read_picture(path)), image)
    assert image_size(path) == image.shape[:2]


@pytest.mark.parametrize("profile", ["XML:com.adobe.xmp", "Raw profile type"])
def test_orientations_behind_the_pixels_are_seen(profile, tmp_path):
    info = PngImagePlugin.PngInfo()
    xmp = '<x tiff:Orientation="6"></x>'
    if profile.startswith("XML"):
        info.add_itxt(profile, xmp)
    else:
        # As ImageMagick writes it: name, length, hexadecimal digits.
        data = EXIF.tobytes()
        text = f"\nexif\n{len(data):8d}\n{data.hex()}\n"
        info.add_text("Raw profile type exif", text, zip=True)
    path = write(tmp_path / "a.png", pnginfo=info)
    image = read_rgb(path)
    assert image.shape == (37, 23, 3) and image_size(path) == (37, 23)
    np.testing.assert_array_equal(np.asarray(read_picture(path)), image)


@pytest.mark.parametrize("damage", ["cut", "pixels", "checksum", "end"])
def test_what_pillow_refuses_is_refused(damage, tmp_path):
    path = write(tmp_path / "a.png")
    data = bytearray(path.read_bytes())
    place = data.index(b"IDAT")
    if damage == "cut":
        del data[place + 200 :]
    if damage == "end":
        del data[data.index(b"IEND") - 4 :]
    if damage == "pixels":
        data[place + 100] ^= 255
    if damage == "checksum":
        data[data.index(b"IEND") - 6] ^= 255
    path.write_bytes(data)
    try:
        image = read_rgb(path)
    except DataError as error:
        with pytest.raises(DataError) as caught:
            read_picture(path)
        assert str(caught.value) == str(error)
    else:
        np.testing.assert_array_equal(np.asarray(read_picture(path)), image)


@pytest.mark.parametrize("size", [None, (23, 37), (10, 50)])
@pytest.mark.parametrize("with_label", [False, True])
def test_a_files_sample_is_what_any_domains_would_be(
    size, with_label, tmp_path
):
    root = write_folder(tmp_path, size=(23, 37))
    write(root / "images/0.png")
    ids = np.random.default_rng(1).integers(0, 3, (23, 37), np.uint8)
    Image.fromarray(ids).save(root / "labels/0.png")
    domain = FolderDomain(root)
    key = domain.keys("train")[0]
    short = domain.read_sample(key, size, with_label)
    long = Domain.read_sample(domain, key, size, with_label)
    assert len(short) == len(long) == 1 + with_label
    for one, other in zip(short, long, strict=True):
        assert one.dtype == np.uint8
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("ignore_unknown", [False, True])
def test_8_bit_ids_are_mapped_like_16_bit_ids(ignore_unknown):
    table = LabelTable(
        {0: 3, 7: 0, 254: 1, 255: 255},
        ignore_unknown=ignore_unknown,
        source="a test",
    )
    ids = np.array([[0, 7, 254], [255, 0, 7]], np.uint8)
    expected = [[3, 0, 1], [255, 3, 0]]
    assert table.map(ids, "a").tolist() == expected
    assert table.map(ids.astype(np.uint16), "a").tolist() == expected
    strange = np.array([[0, 9, 9, 8]], np.uint8)
    if ignore_unknown:
        assert table.map(strange, "a").tolist() == [[3, 255, 255, 255]]
        return
    for codes in (strange, strange.astype(np.uint16)):
        with pytest.raises(DataError, match=r"8 \(1 pixels\), 9 \(2 pixels\)"):
            table.map(codes, "a")


def test_with_all_256_numbers_taken_unknown_ids_are_still_found():
    train_ids = {i: i for i in range(256)}
    table = LabelTable(train_ids, source="a test")
    ids = np.arange(256, dtype=np.uint8)[None]
    np.testing.assert_array_equal(table.map(ids, "a"), ids)
    table = LabelTable({i: 255 - i for i in range(256)}, source="a test")
    np.testing.assert_array_equal(table.map(ids, "a"), 255 - ids)
