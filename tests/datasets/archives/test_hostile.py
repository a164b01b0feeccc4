"""Archives that somebody made to do harm, or broke: one sentence each."""

import io
import struct
import tarfile
import zipfile
import zlib

import pytest
from packing import tar_of
from packing import zip_of
from toy_domains import CLASSES

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.archives import open_folder
from tf_advseg.datasets.archives.member import MAX_BYTES


def refusal(path):
    """The sentence with which an archive is refused."""
    with pytest.raises(DataError) as caught:
        open_folder(path)
    text = str(caught.value)
    assert text.startswith("Archive ") and text.endswith(".")
    assert str(path) in text and "\n" not in text
    return text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../evil.png", "climbs out of it"),
        ("images/../../evil.png", "climbs out of it"),
        ("images\\..\\..\\evil.png", "climbs out of it"),
        ("/etc/passwd", "is an absolute path"),
        ("C:\\evil.png", "is an absolute path"),
        ("images/a\x1b[2J.png", "has control characters"),
    ],
)
@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_names_that_lead_elsewhere_are_refused(pack, name, reason, tmp_path):
    ending = "zip" if pack is zip_of else "tar"
    path = pack(tmp_path / f"a.{ending}", {"images/a.png": b"", name: b""})
    text = refusal(path)
    assert f"holds the name {name!r}, which {reason}" in text
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.SYMTYPE, "the symbolic link 'images/a.png' to '/etc/passwd'"),
        (tarfile.LNKTYPE, "the hard link 'images/a.png' to '/etc/passwd'"),
        (tarfile.CHRTYPE, "the device or pipe 'images/a.png'"),
        (tarfile.FIFOTYPE, "the device or pipe 'images/a.png'"),
    ],
)
def test_links_and_devices_in_tar_files_are_refused(kind, words, tmp_path):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("images/a.png")
        info.type = kind
        info.linkname = "/etc/passwd"
        archive.addfile(info)
    assert words in refusal(path)


def test_links_in_zip_files_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("images/a.png")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert "the symbolic link 'images/a.png'" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_a_name_that_comes_twice_is_refused(ending, tmp_path):
    path = tmp_path / f"a.{ending}"
    if ending == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("images/a.png", b"1")
            archive.writestr("images/a.png", b"2")
    else:
        tar_of(path, {"images/a.png": b"1", "./images/a.png": b"2"})
    assert "holds the name 'images/a.png' twice" in refusal(path)


def test_an_encrypted_archive_is_refused(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"images/a.png": b"secret"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "is encrypted ('images/a.png' is); unpack" in refusal(path)


@pytest.mark.parametrize("keep", [0, 10, 100, 0.5, 0.98])
@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_an_archive_that_was_cut_short_is_refused(pack, keep, tmp_path):
    members = {f"images/{i}.png": bytes(5000) for i in range(9)}
    ending = "zip" if pack is zip_of else "tar"
    path = pack(tmp_path / f"a.{ending}", members)
    data = path.read_bytes().rstrip(b"\0")
    whole = len(data) if pack is zip_of else 9 * (512 + 5120)
    path.write_bytes(data.ljust(whole, b"\0")[: int(keep * whole) or keep])
    if not 0 < keep < 1:
        path.write_bytes(path.read_bytes()[: int(keep)])
    assert "get it again" in refusal(path)


def test_a_damaged_header_of_a_tar_file_is_no_end(tmp_path):
    path = tar_of(tmp_path / "a.tar", {f"{i}.png": bytes(600) for i in "abc"})
    data = bytearray(path.read_bytes())
    data[1536 + 20] ^= 255
    path.write_bytes(data)
    assert "damaged or cut short after 1 members, at byte 1,536" in refusal(
        path
    )


def zip_that_lies(path, declared, data):
    """A zip file whose one member unpacks to more than it declares."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush()
    name, crc = b"images/a.png", zlib.crc32(data)
    sizes = struct.pack("<LLL", crc, len(packed), declared)
    tail = struct.pack("<HH", len(name), 0)
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 33)
    local += sizes + tail + name + packed
    listed = b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33)
    listed += sizes + tail + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
    end = struct.pack("<HHHHLLH", 0, 0, 1, 1, len(listed), len(local), 0)
    path.write_bytes(local + listed + b"PK\5\6" + end)
    return open_folder(path) / "images/a.png"


def test_a_bomb_that_declares_less_is_not_unpacked(tmp_path):
    bomb = zip_that_lies(tmp_path / "a.zip", 100, bytes(2**24))
    with pytest.raises(DataError, match="more than the 100 bytes it declares"):
        bomb.read_bytes()


def test_a_bomb_that_declares_all_is_not_unpacked(tmp_path):
    bomb = zip_that_lies(tmp_path / "a.zip", MAX_BYTES + 1, bytes(2**24))
    with pytest.raises(DataError, match="made to fill the memory"):
        bomb.read_bytes()
    (tmp_path / "sparse.tar").touch()
    info = tarfile.TarInfo("images/a.png")
    info.size = MAX_BYTES + 512
    with (tmp_path / "sparse.tar").open("wb") as file:
        file.write(info.tobuf())
        file.truncate(info.size + 3 * 512)
    member = open_folder(tmp_path / "sparse.tar") / "images/a.png"
    with pytest.raises(DataError, match="made to fill the memory"):
        member.read_bytes()


def test_a_member_that_declares_more_than_it_has_is_named(tmp_path):
    member = zip_that_lies(tmp_path / "a.zip", 200, bytes(100))
    with pytest.raises(DataError, match="fewer than the 200 bytes"):
        member.read_bytes()


def test_changed_bytes_are_noticed(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"images/a.png": b"pixels" * 9})
    path.write_bytes(path.read_bytes().replace(b"pixels", b"pixelz", 1))
    member = open_folder(path) / "images/a.png"
    with pytest.raises(DataError, match="checksum that it declares; the"):
        member.read_bytes()


def test_an_unknown_way_of_packing_is_named(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("images/a.png", b"pixels")
    with pytest.raises(DataError, match="packed by method 14; expected 0"):
        (open_folder(path) / "images/a.png").read_bytes()


@pytest.mark.parametrize("ending", ["tar.gz", "tgz", "tar.xz"])
def test_archives_compressed_as_a_whole_come_with_advice(ending, tmp_path):
    path = tmp_path / f"idd.{ending}"
    path.write_bytes(b"whatever")
    assert "take just the compression off (gunzip" in refusal(path)
    with pytest.raises(DataError, match=r"holds none of .*gunzip"):
        NATIVE_DOMAINS["idd"](tmp_path)


def test_a_rar_file_comes_with_advice(tmp_path):
    path = tmp_path / "SYNTHIA.rar"
    path.write_bytes(b"Rar!")
    assert "unpack it, or pack it as .zip" in refusal(path)


def test_a_member_in_the_way_of_a_folder_does_no_harm(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"images": b"", "images/a.png": b""})
    domain = FolderDomain(path, class_set=CLASSES)
    assert domain.keys("train") == ("images/a.png",)


def test_a_thousand_folders_deep_is_no_trouble(tmp_path):
    name = "d/" * 1000 + "a.png"
    path = zip_of(tmp_path / "a.zip", {f"images/{name}": b""})
    assert len(FolderDomain(path, class_set=CLASSES).keys("train")) == 1


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bytes_never_end_in_a_traceback(seed, tmp_path):
    import random

    draw = random.Random(seed)
    for pack, ending in ((zip_of, "zip"), (tar_of, "tar")):
        members = {f"images/{i}.png": bytes(50) for i in range(5)}
        path = pack(tmp_path / f"a.{ending}", members)
        data = bytearray(path.read_bytes())
        for _ in range(draw.randint(1, 8)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        path.write_bytes(data)
        try:
            root = open_folder(path)
            for name in root.tree.names:
                (root / name).read_bytes()
        except DataError as error:
            assert str(path) in str(error)


def test_names_that_are_no_utf8_can_be_printed(tmp_path):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", encoding="latin-1") as archive:
        info = tarfile.TarInfo("images/stra\xdfe.png")
        archive.addfile(info, io.BytesIO())
    (key,) = FolderDomain(path, class_set=CLASSES).keys("train")
    assert key.encode("utf-8") and key.startswith("images/stra")
