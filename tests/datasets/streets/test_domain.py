"""The domain: determinism, sizes, splits, errors."""

import hashlib

import numpy as np
import pytest

from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.streets import STREETS
from tf_advseg.datasets.streets import StreetsDomain
from tf_advseg.datasets.streets import domain as streets_domain

STYLES = ("sim", "real")
SMALL = (64, 128)


@pytest.mark.parametrize("style", STYLES)
def test_the_same_key_gives_the_same_bytes(style):
    first = StreetsDomain(style, size=SMALL)
    second = StreetsDomain(style, size=SMALL, train=5)
    key = "train/000003"
    np.testing.assert_array_equal(first.read_image(key), second.read_image(key))
    np.testing.assert_array_equal(first.read_label(key), second.read_label(key))


@pytest.mark.parametrize("style", STYLES)
def test_reading_other_images_in_between_changes_nothing(style):
    domain = StreetsDomain(style, size=SMALL)
    before = domain.read_image("val/000001")
    domain.read_image("val/000002")
    np.testing.assert_array_equal(domain.read_image("val/000001"), before)
    before = domain.read_image("train/000001")
    domain.read_image("train/000002")
    np.testing.assert_array_equal(domain.read_image("train/000001"), before)


def test_held_out_images_are_drawn_once_for_all_equal_domains(monkeypatch):
    options = {"style": "real", "size": (16, 32), "seed": 91}
    first = StreetsDomain(**options).read_image("val/000003")
    label = StreetsDomain(**options).read_label("val/000003")
    expected = first.copy()
    first[:] = 0  # Whoever paints on an image paints on a copy.

    def never(*_):
        raise AssertionError("drawn again")

    monkeypatch.setattr(streets_domain, "render_real", never)
    monkeypatch.setattr(streets_domain, "label_map", never)
    again = StreetsDomain(**options).read_image("val/000003")
    np.testing.assert_array_equal(again, expected)
    np.testing.assert_array_equal(
        StreetsDomain(**options).read_label("val/000003"), label
    )
    with pytest.raises(AssertionError, match="drawn again"):
        StreetsDomain(**{**options, "size": (16, 48)}).read_image("val/000003")


def test_style_seed_split_and_index_each_give_another_scene():
    labels = [
        StreetsDomain(style, size=SMALL, seed=seed).read_label(key)
        for style, seed, key in [
            ("sim", 0, "train/000000"),
            ("real", 0, "train/000000"),
            ("sim", 1, "train/000000"),
            ("sim", 0, "val/000000"),
            ("sim", 0, "train/000001"),
        ]
    ]
    digests = {hashlib.sha256(label.tobytes()).digest() for label in labels}
    assert len(digests) == 5


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(16, 16), (64, 128), (96, 50), (40, 200)])
def test_image_and_label_have_the_size_asked_for(style, size):
    domain = StreetsDomain(style, size=size)
    image = domain.read_image("val/000004")
    label = domain.read_label("val/000004")
    assert image.shape == (*size, 3)
    assert label.shape == size
    assert image.dtype == label.dtype == np.uint8


@pytest.mark.parametrize("style", STYLES)
def test_a_key_shows_the_same_scene_at_every_size(style):
    key = "train/000010"
    small = StreetsDomain(style, size=(64, 128)).read_label(key)
    large = StreetsDomain(style, size=(256, 512)).read_label(key)
    # Every fourth pixel lies within two pixels of the small one's middle.
    assert (large[2::4, 2::4] == small).mean() > 0.95


@pytest.mark.parametrize("style", STYLES)
def test_a_picture_looks_alike_at_every_size(style):
    key = "train/000010"
    small = StreetsDomain(style, size=(64, 128)).read_image(key)
    large = StreetsDomain(style, size=(256, 512)).read_image(key)
    means = large.reshape(16, 16, 32, 16, 3).mean(axis=(1, 3))
    coarse = small.reshape(16, 4, 32, 4, 3).mean(axis=(1, 3))
    assert np.abs(means - coarse).mean() < 6


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_large_image_can_be_drawn(style):
    domain = StreetsDomain(style, size=(1024, 2048))
    assert domain.read_image("test/000000").shape == (1024, 2048, 3)
    labels = np.unique(domain.read_label("test/000000"))
    assert labels.max() < STREETS.num_classes


def test_the_two_domains_share_their_classes():
    assert StreetsDomain("sim").class_set is StreetsDomain("real").class_set


def test_splits_have_the_counts_asked_for_and_labels():
    domain = StreetsDomain("real", train=3, val=2, test=1)
    assert [len(domain.keys(split)) for split in domain.splits] == [3, 2, 1]
    assert domain.keys("val") == ["val/000000", "val/000001"]
    assert all(domain.has_labels(split) for split in domain.splits)


def test_an_empty_split_and_an_unknown_split_are_told_apart():
    domain = StreetsDomain("sim", val=0)
    with pytest.raises(DataError, match="'val' of streets-sim has no images"):
        domain.keys("val")
    with pytest.raises(ValueError, match="Did you mean 'train'"):
        domain.keys("trian")


@pytest.mark.parametrize("key", ["000001", "dev/000001", "val/", "val/-1"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(DataError, match="expected a key such as"):
        StreetsDomain("sim").read_label(key)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"style": "reel"}, "Did you mean 'real'"),
        ({"style": "sim", "size": (8, 64)}, "at least 16 pixels"),
        ({"style": "sim", "seed": -1}, "seed"),
        ({"style": "sim", "train": -1}, "train"),
    ],
)
def test_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        StreetsDomain(**arguments)


def test_no_label_is_ignored():
    label = StreetsDomain("real", size=SMALL).read_label("train/000000")
    assert IGNORE_LABEL not in label
