"""Data sets of Hugging Face's library that lie on the disk."""

import io
import sys

import numpy as np
import pytest
import toy_libraries as toys
from PIL import Image

import tf_advseg
from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.libraries import huggingface
from tf_advseg.datasets.manifests.hash_cache import HashCache


def jpeg(array) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "JPEG")
    return file.getvalue()


def cells(data, path=None):
    return [{"bytes": data, "path": path}] * toys.COUNTS["train"]


def of_train(tmp_path, **columns):
    toys.write_huggingface(tmp_path / "toy_streets", **columns)
    return toys.open_again("huggingface", tmp_path)


def test_one_split_that_was_saved_alone_is_train(tmp_path):
    library = toys.hugging_face()
    values = toys.table(3)
    features = library.Features(dict.fromkeys(values, library.Image()))
    one = library.Dataset.from_dict(values, features)
    one.save_to_disk(str(tmp_path / "toy_streets"))
    domain = toys.open_again("huggingface", tmp_path)
    assert domain.splits == ("train",) and len(domain.keys("train")) == 3


def test_a_folder_of_parquet_files_is_read(tmp_path, monkeypatch):
    library = toys.hugging_face()
    monkeypatch.setattr(library.config, "HF_DATASETS_CACHE", tmp_path / "hf")
    values = toys.table(3)
    features = library.Features(dict.fromkeys(values, library.Image()))
    table = library.Dataset.from_dict(values, features)
    (tmp_path / "toy_streets").mkdir()
    table.to_parquet(str(tmp_path / "toy_streets/train-0-of-1.parquet"))
    domain = toys.open_again("huggingface", tmp_path)
    image, label = domain.read_sample(domain.keys("train")[2], None, True)
    np.testing.assert_array_equal(image, toys.image(2))
    np.testing.assert_array_equal(label, toys.label(2))


def test_pictures_are_hashed_once(tmp_path, monkeypatch):
    domain = toys.make("huggingface", tmp_path)
    files = [domain.root / key for key in domain.keys("train")]
    cache = HashCache(domain.root, tmp_path / "hashes")
    before = list(cache.hash_all(files))
    cache.save()
    monkeypatch.setattr(huggingface.InArrow, "_read", None)
    again = HashCache(domain.root, tmp_path / "hashes")
    assert list(again.hash_all(files)) == before


def test_labels_that_keep_no_numbers_are_refused(tmp_path):
    domain = of_train(tmp_path, label=cells(jpeg(toys.label(0))))
    with pytest.raises(DataError, match="is a JPEG picture, which does not"):
        domain.read_label(domain.keys("train")[0])


def test_photos_may_be_jpeg(tmp_path):
    domain = of_train(tmp_path, image=cells(jpeg(toys.image(3))))
    assert (domain.read_image(domain.keys("train")[0]) == 30).all()


def test_files_outside_of_the_data_sets_folder_are_not_read(
    tmp_path, monkeypatch
):
    """What `save_to_disk` writes has the bytes; other tools write paths."""
    domain = of_train(tmp_path)
    inside = tmp_path / "toy_streets/a.png"
    outside = tmp_path / "secret.png"
    cell = {"bytes": None}
    monkeypatch.setattr(
        huggingface, "_column", lambda *names: [{"image": cell}] * 5
    )
    for file in (inside, outside):
        file.write_bytes(toys.png(toys.image(1)))
        cell["path"] = str(file)
        if file is inside:
            assert domain.read_image(domain.keys("train")[0])[0, 0, 0] == 10
    with pytest.raises(DataError, match="outside of the data set's folder"):
        domain.read_image(domain.keys("train")[0])


def test_a_cell_without_a_picture_is_a_sentence(tmp_path):
    domain = of_train(tmp_path, image=[None] * toys.COUNTS["train"])
    with pytest.raises(DataError, match=r"00000000.png' is empty"):
        domain.read_image(domain.keys("train")[0])


def test_a_folder_that_is_no_data_set_is_a_sentence(tmp_path):
    (tmp_path / "toy_streets").mkdir()
    with pytest.raises(DataError, match="is no data set that `datasets` reads"):
        toys.open_again("huggingface", tmp_path)


def test_the_network_is_asked_again_afterwards(tmp_path):
    library = toys.hugging_face()
    before = library.config.HF_HUB_OFFLINE
    with pytest.raises(DataError, match="is not on this machine"):
        toys.open_again("huggingface", tmp_path, name="nobody/nothing")
    assert before == library.config.HF_HUB_OFFLINE


def test_their_package_is_found_though_ours_has_its_name(monkeypatch):
    """A checkout has a folder `datasets`: that of this package."""
    root = tf_advseg.__path__[0].rpartition("/")[0]
    theirs = toys.hugging_face()
    ours = type(sys)("datasets")
    monkeypatch.setitem(sys.modules, "datasets", ours)
    monkeypatch.syspath_prepend(root)
    before = list(sys.path)
    with monkeypatch.context() as patch:
        patch.setattr(
            huggingface.importlib,
            "import_module",
            lambda name: (
                theirs if root not in sys.path else pytest.fail("ours is first")
            ),
        )
        assert huggingface._library() is theirs
    assert sys.path == before


def test_without_the_package_it_is_said_what_to_install(monkeypatch, tmp_path):
    def refuse(name):
        raise ImportError(name)

    monkeypatch.delitem(sys.modules, "datasets")
    monkeypatch.setattr(huggingface.importlib, "import_module", refuse)
    with pytest.raises(ImportError, match=r"pip install 'tf-advseg\[hf\]'"):
        toys.open_again("huggingface", tmp_path)
