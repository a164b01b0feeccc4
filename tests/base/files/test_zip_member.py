"""Members of strangers' zips: read to a limit, or refused."""

import zipfile

import pytest

from tf_advseg.base.files.zip_member import BadZip
from tf_advseg.base.files.zip_member import check_sizes
from tf_advseg.base.files.zip_member import read_member


def packed(path, data, method=zipfile.ZIP_DEFLATED, name="a.json"):
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(name, data)
    return path


def test_a_member_comes_back(tmp_path):
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = packed(tmp_path / "a.zip", b"{}", method)
        assert read_member(path, "a.json") == b"{}"
        check_sizes(path)


def test_a_bomb_is_refused_unread(tmp_path):
    path = packed(tmp_path / "a.zip", bytes(2**20))
    with pytest.raises(BadZip, match="declares 1,048,576 bytes"):
        read_member(path, "a.json", limit=2**20 - 1)
    path = packed(tmp_path / "b.zip", bytes(2**26 + 2**20))
    with pytest.raises(BadZip, match="made to fill the memory"):
        check_sizes(path)


def test_what_declares_less_than_it_holds_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", bytes(2**20))
    data = bytearray(path.read_bytes())
    size = (2**20).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(BadZip, match="CRC"):
        read_member(path, "a.json")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_bounded_are_refused(tmp_path, method):
    path = packed(tmp_path / "a.zip", b"{}", method)
    with pytest.raises(BadZip, match=f"packed by method {method}"):
        read_member(path, "a.json")
    with pytest.raises(BadZip, match=f"packed by method {method}"):
        check_sizes(path)


def test_a_missing_member_is_a_key_error_and_noise_a_bad_zip(tmp_path):
    path = packed(tmp_path / "a.zip", b"{}")
    with pytest.raises(KeyError):
        read_member(path, "other")
    path.write_bytes(b"PK" * 300)
    with pytest.raises(BadZip):
        read_member(path, "a.json")
