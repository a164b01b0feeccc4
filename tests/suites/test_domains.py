"""What every domain must keep to; found from the registry."""

import numpy as np
import pytest
import toy_libraries
from native_layouts import MINIATURES
from native_layouts import write
from toy_domains import write_folder

from tf_advseg.datasets import DOMAINS
from tf_advseg.datasets import LIBRARY_DOMAINS
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets import Domain
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair

NAMES = [*DOMAINS, *NATIVE_DOMAINS, *LIBRARY_DOMAINS, "folder"]


@pytest.fixture(params=sorted(NAMES))
def domain(request, tmp_path):
    if request.param in LIBRARY_DOMAINS:
        return toy_libraries.make(request.param, tmp_path)
    if request.param == "folder":
        return FolderDomain(write_folder(tmp_path / "folder"))
    if request.param in NATIVE_DOMAINS:
        root = write(request.param, tmp_path)
        options = MINIATURES[request.param].options
        return NATIVE_DOMAINS[request.param](root, **options)
    return DOMAINS[request.param]()


def labelled_splits(domain):
    return [split for split in domain.splits if domain.has_labels(split)]


def test_it_is_a_domain_with_a_training_split(domain):
    assert isinstance(domain, Domain)
    assert domain.name and "train" in domain.splits
    assert len(domain.class_set.palette) == domain.class_set.num_classes


def test_keys_are_sorted_and_belong_to_one_split(domain):
    keys = [key for split in domain.splits for key in domain.keys(split)]
    assert len(keys) == len(set(keys)) > 0
    for split in domain.splits:
        assert list(domain.keys(split)) == sorted(domain.keys(split))


def test_an_unknown_split_is_refused(domain):
    with pytest.raises(ValueError, match="nowhere"):
        domain.keys("nowhere")


def test_images_are_rgb_and_the_same_when_read_again(domain):
    for split in domain.splits:
        key = domain.keys(split)[0]
        image = domain.read_image(key)
        assert image.dtype == np.uint8 and image.shape[2:] == (3,)
        np.testing.assert_array_equal(domain.read_image(key), image)


def test_labels_fit_their_images_and_hold_train_ids(domain):
    assert labelled_splits(domain)
    for split in labelled_splits(domain):
        key = domain.keys(split)[-1]
        label = domain.read_label(key)
        assert label.dtype == np.uint8
        assert label.shape == domain.read_image(key).shape[:2]
        allowed = {*range(domain.class_set.num_classes), 255}
        assert set(np.unique(label)) <= allowed
        assert not domain.missing_labels(split)


def test_it_can_be_source_and_target(domain):
    options = SampleOptions(size=(8, 16), crop=(8, 8))
    dataset = pair(
        domain,
        domain,
        source_split=labelled_splits(domain)[0],
        source_options=options,
        target_options=options,
        batch_size=2,
        seed=0,
        cache_bytes=0,
    )
    inputs, labels = next(iter(dataset))
    assert inputs["source"].shape == inputs["target"].shape == (2, 8, 8, 3)
    assert labels.shape == (2, 8, 8)
