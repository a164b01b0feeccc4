"""What is signed is known again, and every byte that is not is named."""

import subprocess
import sys

import pytest

pytest.importorskip("OpenSSL", reason="model-signing needs it, and is silent")
pytest.importorskip("model_signing")

from cryptography.hazmat.primitives.asymmetric import ec
from signing_keys import write_keys

from tf_advseg.base.checks import DataError
from tf_advseg.sharing import signing
from tf_advseg.sharing.signing import BadSignature


@pytest.fixture
def keys(tmp_path):
    return write_keys(tmp_path / "keys")


@pytest.fixture
def export(tmp_path):
    folder = tmp_path / "export"
    (folder / "saved_model").mkdir(parents=True)
    (folder / "saved_model/saved_model.pb").write_bytes(b"graph")
    (folder / "model_int8.tflite").write_bytes(b"weights")
    return folder


def own_command(*words):
    """`model_signing`, as its own program has it."""
    code = "from model_signing._cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_signed_folder_is_known_again_wherever_it_is(export, keys, tmp_path):
    assert signing.sign(export, keys / "key.pem") == export / "model.sig"
    signing.verify(export, keys / "pub.pem")
    moved = export.rename(tmp_path / "moved")
    signing.verify(moved, keys / "pub.pem")
    signing.sign(moved, keys / "key.pem")
    signing.verify(moved, keys / "pub.pem")


def test_a_file_is_signed_beside_itself(export, keys):
    model = export / "model_int8.tflite"
    assert signing.sign(model, keys / "key.pem").name == f"{model.name}.sig"
    signing.verify(model, keys / "pub.pem")
    model.write_bytes(b"weighty")
    with pytest.raises(BadSignature, match=r"int8.*signed: it was changed\."):
        signing.verify(model, keys / "pub.pem")


def test_the_tools_own_command_verifies_it(export, keys):
    signing.sign(export, keys / "key.pem")
    words = ["verify", "key", export, "--signature", export / "model.sig"]
    words += ["--public_key", keys / "pub.pem"]
    done = own_command(*words)
    assert done.returncode == 0, done.stderr
    (export / "model_int8.tflite").write_bytes(b"Weights")
    assert own_command(*words).returncode != 0


def test_what_the_tools_own_command_signs_is_verified(export, keys):
    done = own_command(
        "sign",
        "key",
        export,
        "--signature",
        export / "model.sig",
        "--private_key",
        keys / "key.pem",
    )
    assert done.returncode == 0, done.stderr
    signing.verify(export, keys / "pub.pem")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("saved_model/saved_model.pb", "was changed"),
        ("saved_model/variables", "was added"),
        ("model_int8.tflite", "was removed"),
    ],
)
def test_what_differs_is_named(export, keys, name, what):
    signing.sign(export, keys / "key.pem")
    if what == "was removed":
        (export / name).unlink()
    else:
        (export / name).write_bytes(b"grapH")
    with pytest.raises(BadSignature, match=f"signed: {name} {what}"):
        signing.verify(export, keys / "pub.pem")


def test_a_missing_signature_is_refused(export, keys):
    with pytest.raises(BadSignature, match="is not signed: there is no"):
        signing.verify(export, keys / "pub.pem")


def test_another_ones_signature_is_refused(export, keys, tmp_path):
    others = write_keys(tmp_path / "others", ec.SECP384R1())
    signing.sign(export, others / "key.pem")
    with pytest.raises(BadSignature, match="is not what the owner of"):
        signing.verify(export, keys / "pub.pem")


def test_a_signature_under_another_ones_name_is_refused(export, keys, tmp_path):
    """The hint of the key in a signature is not what is believed."""
    others = write_keys(tmp_path / "others")
    signing.sign(export, keys / "key.pem")
    ours = (export / "model.sig").read_text()
    (export / "model_int8.tflite").write_bytes(b"evil")
    signing.sign(export, others / "key.pem")
    theirs = (export / "model.sig").read_text()

    def hint(text):
        return text.split('"hint":')[1].split('"')[1]

    (export / "model.sig").write_text(theirs.replace(hint(theirs), hint(ours)))
    with pytest.raises(BadSignature, match="of another key, or damaged"):
        signing.verify(export, keys / "pub.pem")


@pytest.mark.parametrize("content", ["", "{}", "nonsense", "[" * 99999])
def test_a_damaged_signature_is_refused(export, keys, content):
    (export / "model.sig").write_text(content)
    with pytest.raises(BadSignature, match="is not what the owner of"):
        signing.verify(export, keys / "pub.pem")


@pytest.mark.parametrize("content", [None, b"", b"no key"])
def test_a_key_that_is_none_is_named(export, keys, tmp_path, content):
    key = tmp_path / "none.pem"
    if content is not None:
        key.write_bytes(content)
    with pytest.raises(DataError, match=r"none.pem' is no private key"):
        signing.sign(export, key)
    with pytest.raises(DataError, match=r"none.pem' is no public key"):
        signing.verify(export, key)
    assert not (export / "model.sig").exists()


def test_links_are_not_signed(export, keys, tmp_path):
    (export / "link").symlink_to(tmp_path / "keys/key.pem")
    with pytest.raises(DataError, match="cannot be signed"):
        signing.sign(export, keys / "key.pem")
    assert not (export / "model.sig").exists()
