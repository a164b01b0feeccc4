"""Pushing to the hub, as a stand-in on this machine answers.

The real hub was not reached.
"""

import threading

import pytest

pytest.importorskip("huggingface_hub")

import huggingface_hub
from hub_server import TOKEN
from hub_server import running_hub

from tf_advseg.base.checks import DataError
from tf_advseg.sharing.push import hub
from tf_advseg.sharing.push.contents import contents_of


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    with running_hub() as found:
        yield found


def write_export(folder, mark, *names):
    folder.mkdir(exist_ok=True)
    for name in ("README.md", *names):
        (folder / name).write_text(f"---\nlicense: unknown\n---\n{mark}")
    return folder


def push(folder, server, token=TOKEN):
    api = huggingface_hub.HfApi(endpoint=server.url, token=token)
    return hub.push(folder, contents_of(folder), "ann/streets", api)


def test_an_export_is_one_commit_of_a_private_repository(server, tmp_path):
    url = push(write_export(tmp_path / "a", "a", "model.tflite"), server)
    assert url.startswith(f"{server.url}/ann/streets/commit/")
    assert server.private == {"ann/streets"}
    first, commit = server.commits["ann/streets"]
    assert list(first) == [".gitattributes"]
    assert set(commit) == {
        ".gitattributes",
        "README.md",
        "current.json",
        "model.tflite",
    }
    assert commit["model.tflite"].endswith(b"a")


def test_the_next_one_takes_away_what_the_last_one_brought(server, tmp_path):
    push(write_export(tmp_path / "a", "a", "model_int8.tflite"), server)
    server.commits["ann/streets"][-1]["notes.txt"] = b"by hand"
    push(write_export(tmp_path / "b", "b", "model.onnx"), server)
    assert len(server.commits["ann/streets"]) == 3
    assert set(server.files("ann/streets")) == {
        ".gitattributes",
        "README.md",
        "current.json",
        "model.onnx",
        "notes.txt",
    }


def test_who_commits_meanwhile_does_not_mix_with_it(server, tmp_path):
    push(write_export(tmp_path / "a", "a", "old.tflite"), server)
    others = [write_export(tmp_path / "c", "c", "other.tflite")]

    def meanwhile(name):
        if others:
            folder = others.pop()
            thread = threading.Thread(target=push, args=(folder, server))
            thread.start()
            thread.join()

    server.before_commit = meanwhile
    push(write_export(tmp_path / "b", "b", "new.tflite"), server)
    assert not others
    names = set(server.files("ann/streets"))
    assert "new.tflite" in names
    assert not names & {"old.tflite", "other.tflite"}


def test_what_arrives_otherwise_is_said(server, tmp_path):
    server.spoil = lambda data: data[:-1]
    with pytest.raises(DataError, match="did not arrive as it was sent"):
        push(write_export(tmp_path / "a", "a"), server)


def test_a_refusal_is_one_sentence(server, tmp_path):
    export = write_export(tmp_path / "a", "a")
    with pytest.raises(DataError, match="the hub did not take it"):
        push(export, server, token="hf_" + "b" * 34)
    assert not server.commits


@pytest.mark.parametrize("name", ["streets", "a/b/c", "a/", "../x", "a/b c"])
def test_names_that_are_none_are_refused(name):
    with pytest.raises(DataError, match="hf://"):
        hub.check_name(name)
