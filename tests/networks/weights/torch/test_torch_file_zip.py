"""Zip archives that no honest program writes are refused."""

import io
import zipfile

import numpy as np
import pytest
import torch_writer
from torch_writer import float_tensor
from torch_writer import refusal
from torch_writer import write


def test_a_compressed_bomb_is_not_unpacked(tmp_path):
    state = {"w": float_tensor("0", np.zeros(1_000_000))}
    content = torch_writer.zip_bytes(state, zipfile.ZIP_DEFLATED)
    assert len(content) < 10_000
    assert "compressed" in refusal(write(tmp_path, content))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("archive/data.pkl", "twice"),
        ("../outside", "refuses the member name '../outside'"),
        ("/absolute", "refuses the member name '/absolute'"),
        ("archive\\data\\1", "refuses the member name"),
        ("other/data.pkl", "no single `data.pkl`"),
        ("archive/constants.pkl", "TorchScript"),
    ],
)
def test_a_strange_member_is_refused(name, expected, tmp_path):
    state = {"w": float_tensor("0", [1])}
    content = torch_writer.zip_bytes(state, extra=[(name, b"x")])
    assert expected in refusal(write(tmp_path, content))


def test_members_that_share_bytes_are_refused(tmp_path):
    # Two storages, the directory's second entry moved onto the first.
    state = {
        "a": float_tensor("0", np.zeros(64)),
        "b": float_tensor("1", np.zeros(64)),
    }
    content = bytearray(torch_writer.zip_bytes(state))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        first = archive.getinfo("archive/data/0").header_offset
    at = content.rfind(b"archive/data/1")
    content[at - 4 : at] = first.to_bytes(4, "little")
    message = refusal(write(tmp_path, bytes(content)))
    assert "not where it should be" in message or "overlaps" in message


def test_a_changed_number_is_noticed(tmp_path):
    content = torch_writer.zip_bytes({"w": float_tensor("0", [1.5] * 9)})
    number = np.float32(1.5).tobytes()
    path = write(tmp_path, content.replace(number * 9, b"\0" * 36))
    assert "checksum" in refusal(path)
