"""What may go out, what comes back, and what is missing is said."""

import json
import sys

import pytest

pytest.importorskip("fsspec")

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.base.files.checksums import ChangedModel
from tf_advseg.commands import push as push_command
from tf_advseg.settings.push import PushSettings
from tf_advseg.sharing.push import pushing
from tf_advseg.sharing.push.contents import Contents
from tf_advseg.sharing.push.contents import File
from tf_advseg.sharing.push.place import Place


def write_export(folder, passed=("model_int8.tflite",)):
    folder.mkdir(parents=True)
    model = folder / "model_int8.tflite"
    model.write_bytes(b"weights")
    checksums.record(model)
    artefacts = [{"name": n, "kept": True, "passed": True} for n in passed]
    (folder / "gate.json").write_text(json.dumps({"artefacts": artefacts}))
    return folder


def test_a_run_is_pushed_from_where_it_was_exported_to(tmp_path):
    run, elsewhere = tmp_path / "run", write_export(tmp_path / "elsewhere")
    run.mkdir()
    with pytest.raises(DataError, match="was not exported"):
        push_command.run(PushSettings(run=str(run), push_to="x"))
    note = json.dumps({"folder": str(elsewhere)})
    (run / "exported_to.json").write_text(note)
    said = []
    address = str(tmp_path / "models")
    push_command.run(PushSettings(run=str(run), push_to=address), said.append)
    assert "3 files sent, 0 were there." in said[0]
    pushing.pull(address, tmp_path / "model", write=said.append)
    for name in ("model_int8.tflite", "model_int8.tflite.sha256", "gate.json"):
        there = (tmp_path / "model" / name).read_bytes()
        assert there == (elsewhere / name).read_bytes()
    with pytest.raises(DataError, match="is there already"):
        pushing.pull(address, tmp_path / "model")


def test_hidden_files_stay(tmp_path):
    export = write_export(tmp_path / "export")
    (export / ".secret").write_text("key")
    (export / ".git").mkdir()
    (export / ".git/config").write_text("key")
    pushing.push(export, str(tmp_path / "models"))
    assert not list((tmp_path / "models").rglob("*.secret*"))
    assert not list((tmp_path / "models").rglob("config"))
    # But not if a signature is over them.
    (export / "model.sig").write_text("{}")
    with pytest.raises(DataError, match=r"\.secret' is hidden and would stay"):
        pushing.push(export, str(tmp_path / "models"))
    (export / ".secret").rename(export / "shown")
    pushing.push(export, str(tmp_path / "models"))  # .git is never signed.
    (export / ".cache").mkdir()
    with pytest.raises(DataError, match=r"\.cache' is hidden and would stay"):
        pushing.push(export, str(tmp_path / "models"))


def test_what_the_gate_did_not_let_through_stays(tmp_path):
    export = write_export(tmp_path / "export", passed=())
    with pytest.raises(DataError, match=r"says that .*int8.* is the same"):
        pushing.push(export, str(tmp_path / "models"))
    assert not (tmp_path / "models").exists()
    pushing.push(export, str(tmp_path / "models"), ungated=True)
    assert (tmp_path / "models/current.json").is_file()


def test_what_was_changed_stays(tmp_path):
    export = write_export(tmp_path / "export")
    (export / "model_int8.tflite").write_bytes(b"weightS")
    with pytest.raises(ChangedModel, match=r"int8\.tflite' was changed"):
        pushing.push(export, str(tmp_path / "models"))
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("content", [{}, {"model_int8.tflite": "link"}])
def test_a_folder_that_is_no_export_is_refused(tmp_path, content):
    (tmp_path / "export").mkdir()
    with pytest.raises(DataError, match="There is no exported model in"):
        pushing.push(tmp_path / "export", str(tmp_path / "models"))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("s3://bucket/models", "pip install s3fs"),
        ("gs://bucket/models", "pip install gcsfs"),
        ("nope://bucket", "is no address that fsspec knows"),
        ("obs://bucket/models", "OBS_ENDPOINT="),
    ],
)
def test_what_is_missing_is_said(address, sentence, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    monkeypatch.delenv("OBS_ENDPOINT", raising=False)
    with pytest.raises((DataError, ImportError), match=sentence):
        Place(address)


def test_without_the_extra_it_says_which(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ImportError, match=r"pip install 'tf-advseg\[push\]'"):
        Place("models")


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "C:/x", "a\\x", "", "a//x", "./x"]
)
def test_a_record_names_no_file_outside(name):
    hostile = Contents({name: File(1, "00")}).to_json().encode()
    with pytest.raises(DataError, match="no name of a file in a folder"):
        Contents.from_json(hostile, "it")


def test_mlflow_gets_the_export_as_register_does(tmp_path, monkeypatch):
    registering = pytest.importorskip("tf_advseg.model_registry.registering")
    calls = []

    def register_model(model, name, alias="", ungated=False, write=print):
        calls.append((model, name, alias, ungated))

    monkeypatch.setattr(registering, "register_model", register_model)
    export = write_export(tmp_path / "export")
    pushing.push(export, "mlflow://streets@champion")
    assert calls == [(export, "streets", "champion", False)]
    with pytest.raises(ValueError, match="MLflow does that itself"):
        pushing.pull("mlflow://streets", tmp_path / "model")
    with pytest.raises(ValueError, match="a model's name has no"):
        pushing.push(export, "mlflow://a/b")


def test_only_what_its_maker_signed_is_pulled(tmp_path):
    pytest.importorskip("OpenSSL")
    signing = pytest.importorskip("tf_advseg.sharing.signing")
    pytest.importorskip("model_signing")
    from signing_keys import write_keys

    export, keys = write_export(tmp_path / "export"), write_keys(tmp_path / "k")
    address = str(tmp_path / "models")
    pushing.push(export, address)
    pub = str(keys / "pub.pem")
    with pytest.raises(signing.BadSignature, match="is not signed"):
        pushing.pull(address, tmp_path / "model", pub)
    assert not (tmp_path / "model").exists()
    settings = PushSettings(
        folder=str(export), push_to=address, sign_key=str(keys / "key.pem")
    )
    push_command.run(settings)
    pushing.pull(address, tmp_path / "model", pub)
    signing.verify(tmp_path / "model", pub)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
