"""`tf_advseg sign`, `verify` and `publish --verify_key`."""

import json

import pytest
import toy_segmenter

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.commands import sign as sign_command
from tf_advseg.commands import verify as verify_command
from tf_advseg.settings.sign import SigningSettings
from tf_advseg.settings.verify import VerifyingSettings


@pytest.fixture
def export(tmp_path):
    folder = tmp_path / "export"
    (folder / "saved_model").mkdir(parents=True)
    (folder / "saved_model/saved_model.pb").write_bytes(b"graph")
    (folder / "model_int8.tflite").write_bytes(b"weights")
    for name in ("saved_model", "model_int8.tflite"):
        checksums.record(folder / name)
    return folder


def verify(*paths, key=""):
    lines = []
    settings = VerifyingSettings(verify_key=str(key))
    status = verify_command.run(list(map(str, paths)), settings, lines.append)
    return status, lines


def test_without_a_key_the_recorded_hashes_are_held(export):
    model = export / "model_int8.tflite"
    status, lines = verify(export, model, export / "saved_model")
    assert status == 0
    assert lines[0] == f"{export}: 2 as recorded"
    assert lines[1] == f"{model}: 1 as recorded"
    (export / "saved_model/saved_model.pb").write_bytes(b"grapH")
    status, lines = verify(export, model)
    assert status == 5
    assert "saved_model/saved_model.pb' was changed since" in lines[0]
    assert lines[1] == f"{model}: 1 as recorded"


def test_what_is_gone_is_named_and_what_was_never_recorded_said(
    export, tmp_path
):
    (export / "model_int8.tflite").unlink()
    status, lines = verify(export)
    assert status == 5 and "model_int8.tflite' was removed since" in lines[0]
    model = toy_segmenter.save_colour_segmenter(tmp_path / "model.keras")
    assert verify(model) == (0, [f"{model}: no hash recorded"])
    with pytest.raises(DataError, match="There is no"):
        verify(tmp_path / "none")


def test_a_key_is_asked_for():
    with pytest.raises(ValueError, match="--sign_key=PRIVATE_KEY"):
        SigningSettings()


@pytest.fixture
def keys(tmp_path):
    pytest.importorskip("OpenSSL")
    pytest.importorskip("model_signing")
    from signing_keys import write_keys

    return write_keys(tmp_path / "keys")


def test_signed_things_stay_as_they_were_recorded(export, keys):
    """A SavedModel's signature lies beside it: it is one of its files else."""
    paths = [export / "saved_model", export / "model_int8.tflite", export]
    settings = SigningSettings(sign_key=str(keys / "key.pem"))
    sign_command.run(list(map(str, paths)), settings, lambda line: None)
    status, lines = verify(*paths, key=keys / "pub.pem")
    assert status == 0
    assert lines[0] == (
        f"{export / 'saved_model'}: 1 as recorded, signed by the key's owner"
    )
    (export / "saved_model.sig").write_text("{}")
    status, lines = verify(*paths, key=keys / "pub.pem")
    assert status == 5
    assert "WRONG" in lines[0] and "WRONG" not in lines[1]
    assert "saved_model.sig was changed" in lines[2]


def test_what_was_changed_is_not_signed(export, keys):
    (export / "model_int8.tflite").write_bytes(b"weightS")
    settings = SigningSettings(sign_key=str(keys / "key.pem"))
    with pytest.raises(checksums.ChangedModel, match="int8"):
        sign_command.run([str(export)], settings, lambda line: None)
    assert not (export / "model.sig").exists()


@pytest.mark.parametrize("what", ["the export", "the SavedModel"])
def test_publish_takes_only_what_is_signed(export, keys, what, tmp_path):
    publish_command = pytest.importorskip("tf_advseg.commands.publish")
    from toy_saved_model import write_toy_saved_model

    from tf_advseg.settings.publish import PublishSettings
    from tf_advseg.sharing import signing

    export = tmp_path / "real"
    saved_model = write_toy_saved_model(export / "saved_model")
    checksums.record(saved_model)
    (export / "gate.json").write_text(json.dumps({}))

    def publish():
        return publish_command.run(
            PublishSettings(
                saved_model=str(export),
                out=str(tmp_path / "serving"),
                ungated=True,
                warmup=False,
                verify_key=str(keys / "pub.pem"),
            ),
            lambda line: None,
        )

    with pytest.raises(signing.BadSignature, match="is not signed"):
        publish()
    signed = export if what == "the export" else saved_model
    signing.sign(signed, keys / "key.pem")
    assert publish() == 0
    checksums.forget(saved_model)
    (saved_model / "assets.extra").mkdir(exist_ok=True)
    (saved_model / "assets.extra/more").write_text("x")
    with pytest.raises(signing.BadSignature):
        publish()
