"""A changed byte is found and named; who replaces a model is not accused."""

import shutil
import subprocess

import pytest

from tf_advseg.base.files import checksums
from tf_advseg.base.files.checksums import ChangedModel

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "best.keras"
    path.write_bytes(b"weights")
    checksums.record(path)
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "saved_model"
    (path / "variables").mkdir(parents=True)
    (path / "saved_model.pb").write_bytes(b"graph")
    (path / "variables/data").write_bytes(b"")
    checksums.record(path)
    return path


def test_what_was_written_is_known_and_what_is_older_is_not(model):
    assert checksums.check(model)
    checksums.forget(model)
    assert not checksums.check(model)


def test_one_changed_byte_is_named(model):
    model.write_bytes(b"weightz")
    with pytest.raises(ChangedModel) as caught:
        checksums.check(model)
    sentence = str(caught.value)
    assert f"{str(model)!r} was changed since best.keras.sha256" in sentence
    assert "\n" not in sentence


def test_a_copied_model_keeps_its_hash(model, folder, tmp_path):
    copy = shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-b")
    assert checksums.check(copy / model.name)
    assert checksums.check(copy / folder.name)


def test_a_renamed_model_is_the_same(model):
    other = model.rename(model.with_name("other.keras"))
    checksums.checksum_file(model).rename(checksums.checksum_file(other))
    assert checksums.check(other)


def test_a_folder_is_all_of_its_files(folder):
    text = checksums.checksum_file(folder).read_text()
    assert f"{EMPTY}  saved_model/variables/data\n" in text
    assert checksums.check(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: (f / "saved_model.pb").write_bytes(b"grapH"), "was changed"),
        (lambda f: (f / "saved_model.pb").unlink(), "was removed"),
        (lambda f: (f / "saved_model.pc").write_bytes(b""), "was added"),
    ],
)
def test_the_file_of_a_folder_that_differs_is_named(folder, change, words):
    change(folder)
    with pytest.raises(ChangedModel, match=rf"saved_model\.p[bc]' {words}"):
        checksums.check(folder)


@pytest.mark.parametrize(
    "data", [b"", b"abc", b"\xff\xfe", b"0" * 64 + b" best.keras\n"]
)
def test_a_damaged_list_is_named(model, data):
    path = checksums.checksum_file(model)
    path.write_bytes(data)
    with pytest.raises(ChangedModel) as caught:
        checksums.check(model)
    assert str(caught.value).startswith(f"{str(path)!r} is damaged")


def test_a_changed_hash_is_found_too(model):
    path = checksums.checksum_file(model)
    text = path.read_text()
    path.write_text(("1" if text[0] == "0" else "0") + text[1:])
    with pytest.raises(ChangedModel, match=r"best\.keras' was changed"):
        checksums.check(model)


def test_a_kill_while_a_model_is_replaced_accuses_nobody(model):
    with pytest.raises(KeyboardInterrupt), checksums.renewed(model):
        model.write_bytes(b"new")
        raise KeyboardInterrupt
    assert not checksums.check(model)
    with checksums.renewed(model):
        model.write_bytes(b"newer")
    assert checksums.check(model)


def test_a_model_replaced_while_it_is_looked_at_is_looked_at_again(
    model, monkeypatch
):
    looks = []

    def slow(path):
        if not looks:
            with checksums.renewed(path):
                looks.append(path)
                path.write_bytes(b"new")
        return original(path)

    original = checksums.file_sha256
    monkeypatch.setattr(checksums, "file_sha256", slow)
    assert checksums.check(model)
    assert looks


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum here")
def test_the_usual_tool_reads_the_lists(model, folder):
    names = ["best.keras.sha256", "saved_model.sha256"]
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", *names],
        cwd=model.parent,
        check=False,
    )
    assert done.returncode == 0
