"""A part of a split has its domain's images and labels of its own."""

import numpy as np
import pytest
from toy_domains import NumberedDomain
from toy_domains import write_folder
from toy_domains import write_label

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.domains.composed.part_of_split import PartOfSplit


@pytest.fixture
def labels(tmp_path):
    """Half as large as their images."""
    stripes = np.tile([0, 2, 1, 255], (4, 2))
    keys = ("005", "001")
    return {k: write_label(tmp_path / f"{k}.png", stripes) for k in keys}


def test_it_has_its_keys_in_order_and_one_split(labels):
    part = PartOfSplit(NumberedDomain(), "train", [*labels], "easy", labels)
    assert part.name == "numbered (easy)" and part.splits == ("train",)
    assert list(part.keys("train")) == ["001", "005"]
    with pytest.raises(ValueError, match="Unknown split 'val'"):
        part.keys("val")


def test_labels_are_its_own_at_their_images_size(labels):
    whole = NumberedDomain(labels=False)
    part = PartOfSplit(whole, "train", [*labels], "easy", labels)
    expected = np.tile(np.repeat([0, 2, 1, 255], 2), (8, 2))
    np.testing.assert_array_equal(part.read_label("005"), expected)
    image, label = part.read_sample("005", (4, 8), True)
    assert image.shape == (4, 8, 3) and (image == 5).all()
    np.testing.assert_array_equal(label, np.tile([0, 2, 1, 255], (4, 2)))


def test_without_labels_none_are_read(labels):
    part = PartOfSplit(NumberedDomain(), "train", [*labels], "hard")
    assert not part.has_labels("train")
    (image,) = part.read_sample("001", None, False)
    np.testing.assert_array_equal(image, part.read_image("001"))


def test_the_fingerprint_goes_by_images_keys_and_labels(tmp_path):
    whole = FolderDomain(write_folder(tmp_path / "f", num_images=3))
    keys = list(whole.keys("train"))

    def known(keys, identity, with_labels=True):
        part = PartOfSplit(whole, "train", keys, "easy", {}, identity)
        return part.fingerprint("train", with_labels)

    assert known(keys, "a") == known(keys, "a") != known(keys, "b")
    assert known(keys, "a") != known(keys[:2], "a")
    assert known(keys, "a", False) == known(keys, "b", False)
    unknown = PartOfSplit(NumberedDomain(), "train", ["001"], "easy")
    assert unknown.fingerprint("train", False) is None
