"""Pictures: colours where they belong, and layouts that hold."""

import numpy as np
import pytest

from tf_advseg import pictures

PALETTE = ((10, 20, 30), (40, 50, 60))
GREY = np.full((4, 6, 3), 100, np.uint8)


def test_each_class_has_its_colour_and_ignored_pixels_are_black():
    found = pictures.colourise(np.array([[0, 1, 255]]), PALETTE)
    assert found.tolist() == [[[10, 20, 30], [40, 50, 60], [0, 0, 0]]]
    assert found.dtype == np.uint8


def test_a_class_without_a_colour_is_an_error():
    with pytest.raises(ValueError, match=r"2 colours.*ids from 0 to 2"):
        pictures.colourise(np.array([[0, 2]]), PALETTE)


def test_an_overlay_mixes_image_and_class_and_leaves_ignored_pixels():
    class_map = np.array([[0, 255]])
    image = np.full((1, 2, 3), 100, np.uint8)
    found = pictures.overlay(image, class_map, PALETTE, strength=0.25)
    # 0.75 * 100 + 0.25 * (10, 20, 30) = (77.5, 80, 82.5), rounded to even
    assert found.tolist() == [[[78, 80, 82], [100, 100, 100]]]


def test_an_overlay_of_another_size_is_an_error():
    with pytest.raises(ValueError, match=r"\(1, 2\) over an image of shape"):
        pictures.overlay(GREY, np.array([[0, 1]]), PALETTE)


def _lightness(colours):
    """CIE L* of RGB colours, from the definition."""
    c = np.asarray(colours) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(y > 0.008856, 116 * np.cbrt(y) - 16, 903.3 * y)


def test_more_entropy_is_lighter_in_even_steps():
    steps = np.diff(_lightness(pictures.entropy_palette())[::15])
    assert steps.min() > 0.6 * steps.mean()
    assert steps.max() < 1.6 * steps.mean()


def test_entropies_outside_their_range_are_clipped_and_nan_is_one():
    steps = pictures.entropy_steps(np.array([[-1, 0, 0.5, 1, 2, np.nan]]))
    assert steps.tolist() == [[0, 0, 128, 255, 255, 255]]


def test_an_entropy_picture_shows_the_palette():
    found = pictures.entropy_picture(np.array([[0.0, 1.0]]))
    palette = pictures.entropy_palette()
    assert found.tolist() == [[palette[0].tolist(), palette[255].tolist()]]


def test_a_legend_shows_every_colour_and_grows_downwards():
    one = pictures.legend(("road", "car"), PALETTE)
    names = [f"a class with a long name {i}" for i in range(9)]
    many = pictures.legend(names, PALETTE[:1] * 9)
    for colour in PALETTE:
        assert (one == colour).all(axis=-1).any()
    assert many.shape[0] > one.shape[0]
    assert many.shape[1] == one.shape[1]


def test_a_legend_needs_a_colour_for_each_name():
    with pytest.raises(ValueError, match="3 names and 2 colours"):
        pictures.legend(("a", "b", "c"), PALETTE)


def test_a_contact_sheet_has_a_cell_for_each_picture():
    red = np.zeros_like(GREY) + np.array([255, 0, 0], np.uint8)
    sheet = pictures.contact_sheet([[GREY, red], [red, GREY]])
    assert sheet.shape == (4 + 4 + 4, 6 + 4 + 6, 3)
    np.testing.assert_array_equal(sheet[:4, 10:], red)
    np.testing.assert_array_equal(sheet[8:, 10:], GREY)


def test_pictures_of_other_sizes_are_fitted_and_keep_their_shape():
    wide = np.zeros((2, 12, 3), np.uint8)
    sheet = pictures.contact_sheet([[GREY, wide]])
    black = (sheet[:, 10:] == 0).all(axis=-1)
    assert black.sum() == 6 * 1  # 12 x 2 pixels, half as large


def test_titles_are_written_above_their_columns():
    sheet = pictures.contact_sheet([[GREY, GREY]], ["image", "truth"])
    header = sheet[:-4]
    assert (header[:, :6] < 100).any()
    assert (header[:, 10:] < 100).any()


@pytest.mark.parametrize("rows", [[], [[]], [[GREY], [GREY, GREY]]])
def test_a_sheet_of_uneven_rows_is_an_error(rows):
    with pytest.raises(ValueError, match="rows of one length"):
        pictures.contact_sheet(rows)


def test_pictures_side_by_side_need_one_height():
    with pytest.raises(ValueError, match=r"one height; received \[2, 4\]"):
        pictures.side_by_side([GREY, GREY[:2]])


def test_a_confusion_picture_is_dark_where_pixels_are():
    names = ("road", "car")
    picture = pictures.confusion_picture(np.array([[9, 1], [0, 0]]), names)
    cells = picture[-90:-2, -90:-2].astype(int).sum(axis=-1)
    corners = cells[4, [4, 48]]  # of the first row's cells
    assert corners[0] < corners[1]
    empty_row = picture[-40, -80]
    assert empty_row.tolist() == [235, 235, 235]


def test_a_confusion_picture_of_another_size_is_an_error():
    with pytest.raises(ValueError, match=r"2x2 .* received shape \(3, 3\)"):
        pictures.confusion_picture(np.eye(3), ("road", "car"))
