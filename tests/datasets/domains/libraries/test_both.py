"""What holds for the data sets of either library."""

import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
import toy_libraries as toys

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.manifests.making import manifest_of
from tf_advseg.experiment import registry

BOTH = pytest.mark.parametrize("name", ["tfds", "huggingface"])


def call(name, root, extra=""):
    """What a user types."""
    if name == "tfds":
        toys.write_tfds(root)
        return f'tfds(name="toy_streets", data_dir="{root}"{extra})'
    toys.write_huggingface(root / "toy_streets")
    return f'huggingface(name="{root}/toy_streets"{extra})'


@BOTH
def test_each_record_is_an_image_and_its_label(name, tmp_path):
    domain = toys.make(name, tmp_path)
    assert domain.name == "toy_streets"
    assert {*domain.splits} == {"train", "test"}
    for split, count in toys.COUNTS.items():
        keys = domain.keys(split)
        assert len(keys) == count
        for number, key in enumerate(keys):
            image, label = domain.read_sample(key, None, True)
            np.testing.assert_array_equal(image, toys.image(number))
            np.testing.assert_array_equal(label, toys.label(number))


@BOTH
def test_a_part_of_a_split_is_the_only_split(name, tmp_path):
    domain = toys.make(name, tmp_path, split="train[2:4]")
    assert domain.splits == ("train",)
    found = [domain.read_image(key)[0, 0, 0] for key in domain.keys("train")]
    assert found == [20, 30]
    whole = toys.make(name, tmp_path / "2", split="test")
    assert len(whole.keys("train")) == toys.COUNTS["test"]


@BOTH
@pytest.mark.parametrize("split", ["nowhere", "train[:x]", "nowhere[:2]"])
def test_another_split_is_refused(name, tmp_path, split):
    with pytest.raises(DataError, match=r"has no split|no part"):
        toys.make(name, tmp_path, split=split)


@BOTH
def test_columns_that_hold_no_pictures_are_refused(name, tmp_path):
    with pytest.raises(
        DataError, match=r"it has (depth, )?image, (label|segm)"
    ):
        toys.make(name, tmp_path, image="photo")
    with pytest.raises(DataError, match=r"say image= and label="):
        toys.make(name, tmp_path / "2", label="number")


@BOTH
def test_without_a_column_of_labels_there_are_none(name, tmp_path):
    domain = toys.make(name, tmp_path, label="")
    assert not domain.has_labels("train")
    assert domain.read_sample(domain.keys("train")[1], None, False)


@BOTH
def test_labels_go_through_a_table(name, tmp_path):
    classes = {"car": [1, 2], "road": 0}
    domain = toys.make(name, tmp_path, classes=classes)
    assert domain.class_set.names == ("car", "road")
    label = domain.read_label(domain.keys("train")[2])
    expected = np.where(toys.label(2) == 2, 0, 255)
    np.testing.assert_array_equal(label, expected)
    ignoring = toys.make(name, tmp_path / "2", classes=["road", "car", None])
    assert (ignoring.read_label(ignoring.keys("train")[2]) == 255).all()


@BOTH
def test_a_number_that_no_class_has_is_an_error(name, tmp_path):
    domain = toys.make(name, tmp_path, classes=["road", "car"])
    with pytest.raises(DataError, match=r"labels/00000002.png.*ids.* 2 \("):
        domain.read_label(domain.keys("train")[2])


@BOTH
@pytest.mark.parametrize("classes", [7, ["a", "a"], ["a", 5], {"a": "b"}])
def test_classes_that_are_none_are_refused(name, tmp_path, classes):
    with pytest.raises(ValueError, match=r"expected|repeats"):
        toys.make(name, tmp_path, classes=classes)


@BOTH
def test_a_call_makes_it_with_the_classes_of_a_file(name, tmp_path):
    file = tmp_path / "map.yaml"
    file.write_text("classes:\n- {name: a, id: 0}\n- {name: b, id: [1, 2]}\n")
    given = call(name, tmp_path)
    with pytest.raises(DataError, match="Nobody says what the labels"):
        registry.make_domain(given)
    domain = registry.make_domain(given, class_map=file)
    assert domain.class_set.names == ("a", "b")
    other = ClassSet("ba", ("b", "a"), ((0, 0, 0), (1, 1, 1)))
    target = registry.make_domain(given, class_map=file, class_set=other)
    assert target.read_label(target.keys("train")[0])[3, 0] == 1


@BOTH
def test_a_call_may_be_longer_than_a_path(name, tmp_path):
    names = [f"class number {i}" for i in range(60)]
    given = call(name, tmp_path, f", classes={names}")
    assert len(given) > 255
    assert len(registry.make_domain(given).class_set.names) == 60


@BOTH
def test_a_target_takes_the_classes_of_its_source(name, tmp_path, caplog):
    classes = CLASS_SETS["cityscapes19"]
    target = registry.make_domain(call(name, tmp_path), class_set=classes)
    assert target.class_set == classes
    target.read_label(target.keys("train")[0])
    assert "No class map says what the labels of" in caplog.text


@BOTH
def test_options_that_do_not_exist_are_refused(name):
    for option in ("nam", "class_set", "labels_like"):
        with pytest.raises(ValueError, match="Unknown option of domain"):
            registry.make_domain(f'{name}({option}="x")')
    with pytest.raises(DataError, match="expected text"):
        registry.make_domain(f"{name}(name=3)")
    with pytest.raises(DataError, match="needs the name of a data set"):
        registry.make_domain(f"{name}()")


@BOTH
def test_what_is_not_there_is_a_sentence_and_nothing_is_fetched(
    name, tmp_path, monkeypatch
):
    def refuse(*arguments, **options):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    with pytest.raises(DataError, match="nothing is downloaded here"):
        registry.make_domain(f"{name}:no_such_data_set")


@BOTH
def test_the_manifest_is_of_bytes_and_not_of_places(name, tmp_path):
    here = manifest_of(toys.make(name, tmp_path / "1"), "train")
    there = manifest_of(toys.make(name, tmp_path / "2"), "train")
    assert here.id == there.id
    assert here.num_images == toys.COUNTS["train"]
    part = toys.make(name, tmp_path / "3", split="train[:4]")
    assert manifest_of(part, "train").id != here.id


@BOTH
def test_the_fingerprint_changes_with_the_classes_and_the_files(name, tmp_path):
    domain = toys.make(name, tmp_path)
    before = domain.fingerprint("train", True)
    assert toys.open_again(name, tmp_path).fingerprint("train", True) == before
    other = toys.open_again(name, tmp_path, classes=["a", "b", "c"])
    assert other.fingerprint("train", True) != before
    assert other.fingerprint("train", False) == domain.fingerprint(
        "train", False
    )
    part = toys.open_again(name, tmp_path, split="train[1:]")
    assert part.fingerprint("train", False) != domain.fingerprint(
        "train", False
    )


@BOTH
def test_threads_and_processes_read_at_once(name, tmp_path):
    domain = toys.make(name, tmp_path)
    keys = list(domain.keys("train")) * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: domain.read_image(k)[0, 0, 0], keys))
    assert found == [0, 10, 20, 30, 40] * 20
    assert pickle.loads(pickle.dumps(domain.root)).name == domain.root.name


def first_pixels(root):
    """In a process of its own: the project's image files, without a domain."""
    files = [root / f"train/images/{i:08d}.png" for i in range(5)]
    return [len(file.read_bytes()) for file in files], os.getpid()


@BOTH
@pytest.mark.slow
def test_another_process_reads_the_same(name, tmp_path):
    root = toys.make(name, tmp_path).root
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found, process = pool.submit(first_pixels, root).result()
    assert (found, os.getpid()) == (first_pixels(root)[0], os.getpid())
    assert process != os.getpid()


@BOTH
def test_the_doctor_reads_it(name, tmp_path):
    from tf_advseg.commands import check_data
    from tf_advseg.settings.check_data import CheckSettings

    given = call(name, tmp_path, f", classes={toys.CLASSES}")
    said = []
    settings = CheckSettings(source=given, processes=1)
    check_data.run(settings, said.append)
    assert "toy_streets" in "".join(said)
