"""Files that tensorflow_datasets prepared."""

import sys
from pathlib import Path

import numpy as np
import pytest
import toy_libraries as toys

from tf_advseg.base.checks import DataError


def shard(root: Path) -> Path:
    (file,) = root.glob("toy_streets/1.0.0/*train*record-*")
    return file


def test_array_records_are_read(tmp_path):
    toys.write_tfds(tmp_path, "array_record")
    domain = toys.open_again("tfds", tmp_path)
    for number, key in enumerate(domain.keys("train")):
        image, label = domain.read_sample(key, None, True)
        np.testing.assert_array_equal(image, toys.image(number))
        np.testing.assert_array_equal(label, toys.label(number))
    assert domain.fingerprint("train", True)
    part = toys.open_again("tfds", tmp_path, split="train[3:]")
    found = [part.read_image(key)[0, 0, 0] for key in part.keys("train")]
    assert found == [30, 40]


def test_other_kinds_of_files_are_refused(tmp_path):
    toys.write_tfds(tmp_path, "parquet")
    with pytest.raises(DataError, match=r"as parquet files.*--file_format"):
        toys.open_again("tfds", tmp_path)


def test_classes_that_the_data_set_states_are_taken(tmp_path):
    toys.write_tfds(tmp_path, named=True)
    domain = toys.open_again("tfds", tmp_path, classes=None)
    assert list(domain.class_set.names) == toys.CLASSES


def test_features_that_are_no_whole_numbers_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"'depth'.*holds.*float32"):
        toys.make("tfds", tmp_path, label="depth")


def test_a_version_is_found_or_not(tmp_path):
    domain = toys.make("tfds", tmp_path, name="toy_streets:1.0.0")
    assert domain.name == "toy_streets"
    with pytest.raises(DataError, match="is not prepared in"):
        toys.open_again("tfds", tmp_path, name="toy_streets:2.0.0")


@pytest.mark.parametrize("lost", [1, 100, 10_000])
def test_a_file_that_was_cut_short_is_a_sentence(tmp_path, lost):
    file = shard(toys.write_tfds(tmp_path))
    file.write_bytes(file.read_bytes()[:-lost] or b"x")
    with pytest.raises(DataError, match="is cut short, or no tfrecord file"):
        toys.open_again("tfds", tmp_path)


def test_a_length_of_anybody_is_a_sentence(tmp_path):
    file = shard(toys.write_tfds(tmp_path))
    file.write_bytes(b"\xff" * 7 + b"\x7f" + file.read_bytes()[8:])
    with pytest.raises(DataError, match="is cut short, or no tfrecord file"):
        toys.open_again("tfds", tmp_path)


def test_a_damaged_record_is_a_sentence(tmp_path):
    file = shard(toys.write_tfds(tmp_path))
    data = bytearray(file.read_bytes())
    data[12:60] = b"\xff" * 48
    file.write_bytes(data)
    domain = toys.open_again("tfds", tmp_path)
    with pytest.raises(DataError, match=r"00000000.png' (is no|has no)"):
        domain.read_image(domain.keys("train")[0])
    assert domain.read_image(domain.keys("train")[1]).any()


def test_a_file_that_is_gone_is_a_sentence(tmp_path):
    shard(toys.write_tfds(tmp_path)).unlink()
    with pytest.raises(DataError, match="cannot be read: No such file"):
        toys.open_again("tfds", tmp_path)


def test_without_the_package_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets.core", None)
    with pytest.raises(ImportError, match=r"pip install 'tf-advseg\[tfds\]'"):
        toys.open_again("tfds", Path("x"))
