import numpy as np
import pytest
from toy_domains import CLASSES
from toy_domains import NumberedDomain
from toy_domains import write_folder

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import ClassSet
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import Mixture
from tf_advseg.datasets import StreetsDomain
from tf_advseg.datasets.manifests.difference import differences
from tf_advseg.datasets.manifests.making import manifest_of
from tf_advseg.datasets.manifests.manifest import load_manifest


def numbered(name, **options):
    domain = NumberedDomain(**options)
    domain.name = name
    return domain


def streets(style="sim", **options):
    return StreetsDomain(style, size=(16, 32), train=3, val=2, **options)


def test_each_image_stands_among_the_keys_once():
    both = Mixture([numbered("b", num_images=2), numbered("a", num_images=3)])
    assert both.name == "b + a"
    keys = list(both.keys("train"))
    assert keys == ["a/000", "a/001", "a/002", "b/000", "b/001"]
    # By part, in the parts' order.
    assert [one.tolist() for one in both.indices("train")] == [
        [3, 4],
        [0, 1, 2],
    ]
    assert both.read_image("b/001")[0, 0, 0] == 1
    assert both.read_label("a/002")[0, 0] == 2
    with pytest.raises(DataError, match="'c/001'"):
        both.read_image("c/001")


def test_domains_of_one_name_are_told_apart():
    three = Mixture([numbered("camera/a") for _ in range(3)])
    assert [part.name for part in three.parts] == [
        "camera-a",
        "camera-a-2",
        "camera-a-3",
    ]
    assert len(set(three.keys("train"))) == 21


def test_a_split_is_of_the_domains_that_have_it():
    both = Mixture([numbered("a", num_images=2), streets()], class_set=CLASSES)
    assert both.splits == ("train", "val", "test")
    assert len(both.keys("train")) == 2 + 3
    assert list(both.keys("val")) == [
        "streets-sim/val/000000",
        "streets-sim/val/000001",
    ]
    with pytest.raises(ValueError, match="night"):
        both.keys("night")


def test_a_split_has_labels_if_it_has_them_of_all():
    labelled, bare = numbered("a"), numbered("b", labels=False)
    assert Mixture([labelled, labelled]).has_labels("train")
    assert not Mixture([labelled, bare]).has_labels("train")


def test_samples_are_those_of_the_domains(tmp_path):
    folder = FolderDomain(write_folder(tmp_path / "folder"))
    both = Mixture([numbered("a"), folder])
    image, label = both.read_sample("folder/images/1.png", (4, 8), True)
    ours, own = folder.read_sample("images/1.png", (4, 8), True)
    np.testing.assert_array_equal(image, ours)
    np.testing.assert_array_equal(label, own)


def test_classes_are_mapped_by_name_and_what_is_lost_is_said():
    own = ClassSet("own", ("car", "tree", "road"), ((0, 0, 0),) * 3)
    other = numbered("other")
    other.class_set = own
    both = Mixture([numbered("a"), other])
    assert both.class_set == CLASSES
    # Image k is labelled k mod 3: car, tree, road are 1, ignored, 0 here.
    found = [both.read_label(f"other/00{k}")[0, 0] for k in range(3)]
    assert found == [1, 255, 0]
    assert [part.ignored for part in both.parts] == [(), ("tree",)]


def test_files_are_read_by_a_table_of_the_mixture_s_classes(tmp_path):
    root = write_folder(tmp_path / "folder")
    text = (root / "classes.yaml").read_text()
    text = text.replace("car, id: 1", "boat, id: 1").replace("sky", "car")
    (root / "classes.yaml").write_text(text)
    both = Mixture([numbered("a"), FolderDomain(root)])
    folder = both.parts[1].domain
    assert isinstance(folder, FolderDomain)
    assert folder.class_set == CLASSES
    # Ids 0, 1, 2 are road, boat, car.
    found = [folder.read_label(f"images/{k}.png")[0, 0] for k in range(3)]
    assert found == [0, 255, 1]
    plain = FolderDomain(root)
    fingerprints = {
        one.fingerprint("train", labelled)
        for one in (plain, folder)
        for labelled in (False, True)
    }
    assert len(fingerprints) == 3  # The images are the same.


def test_a_domain_without_any_of_the_classes_is_refused():
    with pytest.raises(DataError, match="No class of 'streets-sim'") as caught:
        Mixture([streets()], class_set=ClassSet("x", ("cat",), ((0, 0, 0),)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shares", [[0.5], [0.5, 0.6], [1.0, 0.0]])
def test_shares_that_are_none_are_refused(shares):
    with pytest.raises(ValueError, match="1 together"):
        Mixture([numbered("a"), numbered("b")], shares)


def test_a_fingerprint_changes_with_each_domain():
    both = Mixture([streets(), streets("real")])
    others = [
        Mixture([streets(seed=1), streets("real")]),
        Mixture([streets(), streets("real", seed=1)]),
    ]
    found = {one.fingerprint("train", True) for one in [both, *others]}
    assert len(found) == 3
    assert (
        Mixture([streets(), numbered("a")], class_set=CLASSES).fingerprint(
            "train", False
        )
        is None
    )


def test_a_manifest_names_every_domain_and_every_file(tmp_path):
    folder = write_folder(tmp_path / "folder")

    def manifest():
        mixture = Mixture([streets(), FolderDomain(folder)], [0.25, 0.75])
        return manifest_of(mixture, "train")

    text = (folder / "classes.yaml").read_text()
    before = manifest()
    assert before.num_images == 6
    names = [part["name"] for part in before.summary()["domains"]]
    assert names == ["streets-sim", "folder"]
    before.save(tmp_path / "manifest.json")
    again = load_manifest(tmp_path / "manifest.json")
    assert again.id == before.id
    (folder / "images" / "0.png").write_bytes(b"other")
    (clause,) = [c for c in differences(again, manifest()) if "changed" in c]
    assert clause == "1 file is changed ('folder/images/0.png')"
    # What labels mean is part of it as well.
    (folder / "classes.yaml").write_text(text.replace("sky", "sign"))
    assert manifest().id != before.id
