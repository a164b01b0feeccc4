"""Data sets read from their archives are what they are unpacked."""

import concurrent.futures
import shutil
import zipfile

import numpy as np
import pytest
from native_layouts import MINIATURES
from native_layouts import write
from packing import tar_folder
from packing import zip_folder
from packing import zip_of
from toy_domains import CLASSES
from toy_domains import write_folder
from toy_domains import write_image

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.archives import open_archives
from tf_advseg.datasets.archives import open_folder
from tf_advseg.experiment import registry


def assert_same(domain, unpacked):
    assert domain.splits == unpacked.splits
    for split in unpacked.splits:
        assert list(domain.keys(split)) == list(unpacked.keys(split))
        assert domain.has_labels(split) == unpacked.has_labels(split)
        for key in unpacked.keys(split):
            np.testing.assert_array_equal(
                domain.read_image(key), unpacked.read_image(key)
            )
            if unpacked.has_labels(split):
                np.testing.assert_array_equal(
                    domain.read_label(key), unpacked.read_label(key)
                )


@pytest.mark.parametrize("name", sorted(NATIVE_DOMAINS))
def test_a_data_set_is_read_from_a_folder_of_its_archives(name, tmp_path):
    root = write(name, tmp_path / "unpacked")
    options = MINIATURES[name].options
    packed = tmp_path / "packed"
    packed.mkdir()
    # One archive for each folder on top, by turns zip and tar.
    tops = sorted(path.name for path in root.iterdir() if path.is_dir())
    for number, top in enumerate(tops):
        shutil.copytree(root / top, tmp_path / f"{number}" / top)
        if number % 2:
            tar_folder(tmp_path / f"{number}", packed / f"{top}.tar")
        else:
            zip_folder(tmp_path / f"{number}", packed / f"{top}.zip")
    unpacked = NATIVE_DOMAINS[name](root, **options)
    assert_same(NATIVE_DOMAINS[name](packed, **options), unpacked)


@pytest.mark.parametrize("pack", [zip_folder, tar_folder])
def test_a_users_folder_is_read_from_an_archive(pack, tmp_path):
    root = write_folder(tmp_path / "renders")
    archive = tmp_path / ("r.zip" if pack is zip_folder else "r.tar")
    domain = registry.make_domain(str(pack(root, archive)))
    assert isinstance(domain, FolderDomain)
    assert domain.class_set.names == CLASSES.names
    assert_same(domain, FolderDomain(root))


def test_a_folder_in_an_archive_is_a_root(tmp_path):
    write_folder(tmp_path / "all" / "out" / "my renders")
    archive = zip_folder(tmp_path / "all", tmp_path / "data.zip")
    domain = registry.make_domain(f"{archive}/out/my renders")
    assert domain.name == "my renders"
    assert domain.keys("train")[0] == "images/0.png"
    with pytest.raises(DataError) as caught:
        FolderDomain(archive, class_set=CLASSES)
    assert "It holds out/; if the data lie in a folder there, " in str(
        caught.value
    )
    with pytest.raises(DataError, match=r"no folder 'other'; it holds out/"):
        FolderDomain(f"{archive}/other")


def test_what_is_unpacked_comes_before_archives(tmp_path):
    root = write("gta5", tmp_path / "gta5")
    zip_folder(root, root / "all.zip")
    shutil.rmtree(root / "labels")
    write_image(root / "images/00001.png", (8, 16), value=77)
    domain = NATIVE_DOMAINS["gta5"](root)
    assert domain.read_image("images/00001.png")[0, 0, 0] == 77
    assert domain.read_label("images/00001.png").shape == (8, 16)


def test_archives_beside_a_whole_data_set_are_not_opened(tmp_path):
    root = write("gta5", tmp_path / "gta5")
    (root / "01_images.zip").write_bytes(b"half a download")
    assert NATIVE_DOMAINS["gta5"](root).root == root


def test_two_archives_may_share_a_licence_but_no_image(tmp_path):
    root = write("gta5", tmp_path / "gta5")
    packed = tmp_path / "packed"
    packed.mkdir()
    for name in ("images", "labels"):
        part = tmp_path / name
        shutil.copytree(root / name, part / name)
        (part / "license.txt").write_text(name)
        zip_folder(part, packed / f"{name}.zip")
    assert len(NATIVE_DOMAINS["gta5"](packed).keys("train")) == 2
    shutil.copy(packed / "images.zip", packed / "images (1).zip")
    with pytest.raises(DataError, match=r"both hold 'images/00001\.png'"):
        NATIVE_DOMAINS["gta5"](packed)


@pytest.mark.parametrize(
    "name", ["улица 1.png", "街/ストリート.png", "a é.png"]
)
def test_names_in_any_script_are_read(name, tmp_path):
    write_image(tmp_path / "all/images" / name)
    for pack, ending in ((zip_folder, "zip"), (tar_folder, "tar")):
        archive = pack(tmp_path / "all", tmp_path / f"データ.{ending}")
        domain = FolderDomain(archive, class_set=CLASSES)
        assert domain.keys("train") == (f"images/{name}",)
        assert domain.read_image(f"images/{name}").shape == (8, 16, 3)


def test_hidden_files_and_those_of_macos_are_passed_over(tmp_path):
    path = write_image(tmp_path / "a.png")
    data = path.read_bytes()
    names = ("images/a.png", "images/._a.png", "images/.x/a.png")
    archive = zip_of(tmp_path / "m.zip", dict.fromkeys(names, data))
    domain = FolderDomain(archive, class_set=CLASSES)
    assert domain.keys("train") == ("images/a.png",)


def test_names_of_old_windows_packers_are_paths(tmp_path):
    data = write_image(tmp_path / "a.png").read_bytes()
    archive = zip_of(tmp_path / "w.zip", {"images\\sub\\a.png": data})
    domain = FolderDomain(archive, class_set=CLASSES)
    assert domain.keys("train") == ("images/sub/a.png",)


def test_many_threads_read_one_archive(tmp_path):
    for i in range(20):
        write_image(tmp_path / "all/images" / f"{i:02d}.png", value=10 * i)
    for pack, ending in ((zip_folder, "zip"), (tar_folder, "tar")):
        archive = pack(tmp_path / "all", tmp_path / f"data.{ending}")
        domain = FolderDomain(archive, class_set=CLASSES)
        keys = list(domain.keys("train")) * 10
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            values = [i[0, 0, 0] for i in pool.map(domain.read_image, keys)]
        assert values == [10 * i for i in range(20)] * 10


def test_stored_and_deflated_members_are_read(tmp_path):
    write_folder(tmp_path / "renders")
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        archive = tmp_path / f"{method}.zip"
        zip_folder(tmp_path / "renders", archive, method)
        root = open_folder(archive)
        for path in (tmp_path / "renders/images").iterdir():
            found = root / "images" / path.name
            assert found.read_bytes() == path.read_bytes()
            assert found.stat().st_size == path.stat().st_size


def test_a_damaged_image_in_an_archive_is_named(tmp_path):
    archive = zip_of(tmp_path / "d.zip", {"images/a.png": b"no image"})
    domain = FolderDomain(archive, class_set=CLASSES)
    expected = r"d.zip/images/a.png' is not an image of a known format"
    with pytest.raises(DataError, match=expected):
        domain.read_image("images/a.png")
    archive = zip_of(tmp_path / "e.zip", {"images/a.png": b""})
    domain = FolderDomain(archive, class_set=CLASSES)
    with pytest.raises(DataError, match=r"a.png' is empty \(0 bytes\)"):
        domain.read_image("images/a.png")


def test_linked_folders_beside_archives_are_read_and_never_back(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x/in.txt", "packed")
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "a.zip").rename(data / "a.zip")
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/out.txt").write_text("linked")
    (data / "y").symlink_to(tmp_path / "disk")
    (tmp_path / "disk/loop").symlink_to(data)
    root = open_archives(data)
    assert sorted(root.files_below()) == ["x/in.txt", "y/out.txt"]
    assert (root / "y/out.txt").read_text() == "linked"
