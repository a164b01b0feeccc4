"""Readers of an address see one whole version, whatever happens meanwhile."""

import json
import os
import subprocess
import sys
import threading
import time
import uuid

import pytest

pytest.importorskip("fsspec")

from tf_advseg.base.checks import DataError
from tf_advseg.sharing.push import versions
from tf_advseg.sharing.push.contents import Contents
from tf_advseg.sharing.push.contents import contents_of
from tf_advseg.sharing.push.place import Place


def write_export(folder, mark="a", num_files=3):
    """Files whose every byte says which version they are of."""
    for number in range(num_files):
        path = folder / f"saved_model/part{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(mark * (1000 + number))
    (folder / "README.md").write_text(mark)
    return folder


@pytest.fixture(params=["folder", "file", "memory"])
def address(request, tmp_path):
    if request.param == "folder":
        return str(tmp_path / "models/streets")
    if request.param == "file":
        return f"file://{tmp_path}/models/streets"
    return f"memory://{uuid.uuid4().hex}/streets"


def push(folder, address):
    return versions.push(folder, contents_of(folder), Place(address))


def marks(address, tmp_path):
    """What a reader gets: the marks in all files of the current version."""
    folder = tmp_path / f"read-{uuid.uuid4().hex}"
    found = versions.pull(Place(address), folder)
    return {
        character
        for name in found.files
        for character in (folder / name).read_text()
    }


def test_what_is_pushed_is_read(address, tmp_path):
    done = push(write_export(tmp_path / "a", "a"), address)
    assert (done.num_sent, done.num_there) == (4, 0)
    assert marks(address, tmp_path) == {"a"}
    push(write_export(tmp_path / "b", "b"), address)
    assert marks(address, tmp_path) == {"b"}
    # The old one is there and whole; the same again sends nothing.
    again = push(tmp_path / "a", address)
    assert (again.num_sent, again.num_there) == (0, 4)
    assert again.version == done.version
    assert marks(address, tmp_path) == {"a"}


def test_only_whole_files_have_names(address, tmp_path):
    push(write_export(tmp_path / "a"), address)
    names = list(Place(address).sizes(""))
    assert (
        sorted(n.split("/")[0] for n in names)
        == ["current.json"] + ["versions"] * 5
    )


_KILLED = """
import os, sys
from pathlib import Path
from tf_advseg.sharing.push import versions
from tf_advseg.sharing.push.contents import contents_of
from tf_advseg.sharing.push.place import Place

class Dying(Place):
    sent = 0
    def upload(self, name, file):
        if self.sent == 2:
            os._exit(9)
        self.sent += 1
        super().upload(name, file)

folder, address = map(str, sys.argv[1:])
versions.push(Path(folder), contents_of(Path(folder)), Dying(address))
"""


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_killed_push_changes_nothing_and_the_next_goes_on(tmp_path, scheme):
    address = f"{scheme}{tmp_path}/models"
    push(write_export(tmp_path / "a", "a"), address)
    new = write_export(tmp_path / "b", "b")
    died = subprocess.run([sys.executable, "-c", _KILLED, str(new), address])
    assert died.returncode == 9
    assert marks(address, tmp_path) == {"a"}
    done = push(new, address)
    assert (done.num_sent, done.num_there) == (2, 2)
    assert marks(address, tmp_path) == {"b"}


def test_what_was_left_a_day_ago_goes_and_what_is_young_stays(tmp_path):
    address, day = tmp_path / "models", 24 * 3600
    for name, age in (("old", day + 60), ("young", day - 60)):
        for file in (f"versions/{name}/part", f".unfinished/{name}"):
            path = address / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("half")
            os.utime(path, (time.time() - age,) * 2)
    push(write_export(tmp_path / "a"), str(address))
    left = {p.relative_to(address).as_posix() for p in address.rglob("*")}
    assert "versions/old/part" not in left and ".unfinished/old" not in left
    assert {"versions/young/part", ".unfinished/young"} <= left
    assert marks(str(address), tmp_path) == {"a"}


_PUBLISHER = """
import sys, time
from pathlib import Path
from tf_advseg.sharing.push import versions
from tf_advseg.sharing.push.contents import contents_of
from tf_advseg.sharing.push.place import Place

folder, address, go = sys.argv[1:]
contents, place = contents_of(Path(folder)), Place(address)
while not Path(go).exists():
    time.sleep(0.01)
versions.push(Path(folder), contents, place)
"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["", "file://"])
def test_ten_publishers_at_once_leave_one_whole_version(tmp_path, scheme):
    address, go = f"{scheme}{tmp_path}/models", tmp_path / "go"
    publishers = [
        subprocess.Popen(
            [sys.executable, "-c", _PUBLISHER, str(folder), address, str(go)]
        )
        # Two of them push the same files.
        for number in range(10)
        for folder in [
            write_export(tmp_path / f"{number}", "abcdefghii"[number], 20)
        ]
    ]
    push(write_export(tmp_path / "first", "z", 20), address)
    go.touch()
    seen = []
    while any(one.poll() is None for one in publishers):
        seen.append(marks(address, tmp_path))
    assert [one.returncode for one in publishers] == [0] * 10
    last = marks(address, tmp_path)
    assert all(len(one) == 1 for one in [*seen, last])
    assert last <= set("abcdefghi")
    # All nine are there and whole, beside the first.
    whole = list((tmp_path / "models/versions").glob("*.json"))
    assert len(whole) == 10
    for record in whole:
        found = contents_of(record.with_suffix(""))
        assert found == Contents.from_json(record.read_bytes(), "it")
    assert not list((tmp_path / "models/.unfinished").iterdir())


def test_ten_publishers_in_threads_leave_one_whole_version(tmp_path):
    address = f"memory://{uuid.uuid4().hex}"
    push(write_export(tmp_path / "first", "z"), address)
    folders = [write_export(tmp_path / c, c) for c in "abcdefghij"]
    threads = [
        threading.Thread(target=push, args=(folder, address))
        for folder in folders
    ]
    for thread in threads:
        thread.start()
    seen = [marks(address, tmp_path) for _ in range(20)]
    for thread in threads:
        thread.join()
    last = marks(address, tmp_path)
    assert all(len(one) == 1 for one in [*seen, last]) and last <= set(
        "abcdefghij"
    )


def test_a_changed_byte_at_the_address_is_named(tmp_path):
    address = tmp_path / "models"
    done = push(write_export(tmp_path / "a"), str(address))
    part = address / f"versions/{done.version}/saved_model/part1.bin"
    data = bytearray(part.read_bytes())
    data[500] ^= 1
    part.write_bytes(data)
    with pytest.raises(DataError, match=r"'saved_model/part1.bin' was changed"):
        marks(str(address), tmp_path)
    # Pushing again mends it.
    assert push(tmp_path / "a", str(address)).num_sent == 1
    assert marks(str(address), tmp_path) == {"a"}


def test_what_arrives_otherwise_is_refused(tmp_path, monkeypatch):
    address = str(tmp_path / "models")
    push(write_export(tmp_path / "a", "a"), address)

    def lossy(self, name, file):
        self.write(name, file.read_bytes().replace(b"b", b"c"))

    monkeypatch.setattr(Place, "upload", lossy)
    with pytest.raises(DataError, match="did not arrive as it was sent"):
        push(write_export(tmp_path / "b", "b"), address)
    monkeypatch.undo()
    assert marks(address, tmp_path) == {"a"}


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(DataError, match="Nothing was pushed to"):
        versions.current(Place(str(tmp_path)))


@pytest.mark.parametrize(
    "change",
    [
        {"version": "../../elsewhere"},
        {"files": 7},
        {"files": {"a": 7}},
        None,
    ],
)
def test_a_hostile_record_is_refused(tmp_path, change):
    address = tmp_path / "models"
    push(write_export(tmp_path / "a"), str(address))
    current = address / "current.json"
    content = json.loads(current.read_text())
    if change and "files" in change:
        with_its_version = {**content, **change}
        current.write_text(json.dumps(with_its_version))
    else:
        current.write_text(json.dumps({**content, **change} if change else 5))
    with pytest.raises(DataError, match=r"current.json is damaged"):
        marks(str(address), tmp_path)
