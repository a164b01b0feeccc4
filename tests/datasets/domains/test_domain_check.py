import numpy as np
import pytest
from toy_domains import CLASSES
from toy_domains import NumberedDomain
from toy_domains import write_folder
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import check_domain
from tf_advseg.datasets.domains import domain_check


def sentence(domain, needs_labels=True):
    with pytest.raises(DataError) as caught:
        check_domain(domain, "train", needs_labels)
    return str(caught.value)


def test_a_sound_split_is_summed_up(tmp_path):
    root = write_folder(tmp_path / "renders", num_images=2, size=(1, 4))
    write_label(root / "labels/0.png", [[0, 0, 0, 255]])
    check = check_domain(FolderDomain(root), "train", needs_labels=True)
    assert check.shares == {"road": 3 / 8, "car": 4 / 8, "sky": 0}
    assert check.absent_classes == ("sky",)
    assert check.summary() == (
        "renders/train: 2 images; 2 labels (all) were read and are sound; "
        "12.5% of pixels are ignored; not seen: sky."
    )


def test_many_labels_are_sampled_and_the_summary_says_so(monkeypatch):
    monkeypatch.setattr(domain_check, "READ_ALL_UP_TO", 10)
    check = check_domain(NumberedDomain(30), "train", True, sample=6)
    assert check.num_read == 6
    assert "30 images; 6 labels (evenly spaced) were read" in check.summary()


def test_labels_that_are_not_needed_are_not_opened():
    domain = NumberedDomain(20, labels=False)
    check = check_domain(domain, "train", needs_labels=False)
    assert check.num_read == 8 and not check.shares
    assert check.summary() == (
        "numbered/train: 20 images; 8 images (evenly spaced) were read and "
        "are sound."
    )


def test_missing_labels_are_counted(tmp_path):
    root = write_folder(tmp_path / "renders")
    (root / "labels/1.png").unlink()
    assert sentence(FolderDomain(root)) == (
        "1 of 3 images of split 'train' of 'renders' have no label, "
        "'images/1.png' first; add the labels, or make a split of the "
        "labelled images."
    )


def test_a_split_without_labels_is_refused():
    assert sentence(NumberedDomain(labels=False)) == (
        "Split 'train' of 'numbered' has no labels; expected one for each "
        "image (in a folder, beside its images)."
    )


def test_more_classes_than_declared_are_refused(tmp_path):
    root = write_folder(tmp_path / "renders")
    write_label(root / "labels/2.png", np.full((8, 16), 3))
    assert "holds ids that the class map" in sentence(FolderDomain(root))

    class Careless(NumberedDomain):
        def read_label(self, key):
            return np.full(self.size, int(key), np.uint8)

    assert sentence(Careless(5)) == (
        "Label '003' of 'numbered' holds the train ids [3]; expected 0 to 2 "
        "for the 3 classes declared, or 255."
    )


def test_labels_of_another_size_are_refused(tmp_path):
    root = write_folder(tmp_path / "renders")
    write_label(root / "labels/2.png", np.zeros((4, 4)))
    assert "expected equal sizes" in sentence(FolderDomain(root))


def test_labels_that_are_ignored_entirely_are_refused():
    class Ignored(NumberedDomain):
        def read_label(self, key):
            return np.full(self.size, 255, np.uint8)

    assert sentence(Ignored(3)) == (
        "All pixels of the 3 labels read of split 'train' of 'numbered' are "
        "ignored; expected some of the classes road, car, sky: check the ids "
        "of the class map."
    )


@pytest.mark.parametrize("needs_labels", [True, False])
def test_a_corrupt_image_is_named(needs_labels):
    domain = NumberedDomain(3, corrupt=("002",))
    assert sentence(domain, needs_labels) == "'002' is empty (0 bytes)."


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "images").mkdir()
    domain = FolderDomain(tmp_path, class_set=CLASSES)
    assert "has no images" in sentence(domain, needs_labels=False)
