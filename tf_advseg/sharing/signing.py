"""Who made a model: signatures of OpenSSF Model Signing, with a key of yours.

    export/
      model.sig         over every file in the folder but itself
    best.keras
    best.keras.sig      over that file

`model-signing` (the extra 'signing') hashes, signs and verifies; its own
command, `model_signing verify key`, reads what is written here. Keys are of an
elliptic curve, in PEM. To sign as a person instead of with a key (Sigstore)
takes the network and a browser: that tool's own command does it.
"""

import ast
import re
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import in_one_line
from tf_advseg.base.files import checksums
from tf_advseg.base.files.atomic_file import write_text

IN_FOLDER, SUFFIX = "model.sig", ".sig"
_CLAUSES = (
    (r"Hash mismatch for '(.*)': Expected .*", "was changed"),
    (r"Extra files found in model '.*?': (.*)", "was added"),
    (r"Missing files in model '.*?': (.*)", "was removed"),
)
"""How `model_signing` words differences, and how they are told here."""


class BadSignature(DataError):
    """A model that nobody known has signed as it is."""


def signature_of(model: str | Path) -> Path:
    """Where the signature of a folder, or of a file, lies."""
    model = Path(model)
    # Of a SavedModel the files are recorded: one more would be a change.
    if model.is_dir() and not checksums.checksum_file(model).is_file():
        return model / IN_FOLDER
    return model.with_name(model.name + SUFFIX)


def forget(model: str | Path) -> None:
    """Removes the signature of what will be replaced."""
    signature_of(model).unlink(missing_ok=True)


def sign(model: str | Path, key: str | Path) -> Path:
    """Signs a file, or a folder with all that is in it.

    Args:
        model: A `.keras` file, a `.tflite`, the folder of an export, ...
        key: A private key of an elliptic curve, PEM, without a password.

    Returns:
        The signature's path; an old one is replaced.

    Raises:
        DataError: If there is no such model, or the key cannot be used.
        ImportError: If `model-signing` is not installed.
    """
    library, model = _library(), _existing(model)
    signer = _signer(library, key).set_hashing_config(_hashing(library))
    with tempfile.TemporaryDirectory() as folder:  # Not among what is signed.
        made = Path(folder) / IN_FOLDER
        try:
            signer.sign(model, made)
        except ValueError as error:  # A link in the folder, say.
            raise DataError(
                f"{str(model)!r} cannot be signed: {in_one_line(error)}."
            ) from error
        write_text(signature_of(model), made.read_text(encoding="utf-8"))
    return signature_of(model)


def verify(model: str | Path, key: str | Path) -> None:
    """Returns if a file, or a folder, is what the key's owner signed.

    Args:
        model: As for `sign`.
        key: The public key, PEM.

    Raises:
        BadSignature: If not; names the files that differ.
        DataError: If there is no such model, or the key cannot be used.
        ImportError: If `model-signing` is not installed.
    """
    library, typed, model = _library(), str(model), _existing(model)
    signature = signature_of(model)
    try:
        verifier = library.verifying.Config().use_elliptic_key_verifier(
            public_key=key
        )
    except Exception as error:  # As above.
        raise _no_key("public", key, error) from error
    if not signature.is_file():
        raise BadSignature(
            f"{typed!r} is not signed: there is no {signature.name!r}. "
            "Ask its maker, or leave --verify_key out."
        )
    verifier.set_hashing_config(_hashing(library))
    try:
        verifier.verify(model, signature)
    except Exception as error:  # A signature is a stranger's file.
        raise BadSignature(
            f"{typed!r} is not what the owner of {str(key)!r} signed: "
            f"{_why(error)}. Get it from its maker again."
        ) from error


def check_key(key: str | Path) -> None:
    """Raises what `sign` would, if it could not sign with this key.

    Whoever works long before signing asks early.
    """
    _signer(_library(), key)


def _signer(library: ModuleType, key: str | Path) -> Any:
    try:
        return library.signing.Config().use_elliptic_key_signer(private_key=key)
    except Exception as error:  # The file system's, or cryptography's many.
        raise _no_key("private", key, error) from error


def _existing(model: str | Path) -> Path:
    if not Path(model).exists():
        raise DataError(
            f"There is no {str(model)!r}; expected a model's file, or the "
            "folder of an export."
        )
    return Path(model).resolve()


def _hashing(library: ModuleType) -> Any:
    """Every file but the signature; it and `verify` must agree."""
    return library.hashing.Config().set_ignored_paths(paths=[IN_FOLDER])


def _why(error: Exception) -> str:
    """Which files differ, or what else is wrong, in words."""
    text = str(error)
    if not text:
        return "the signature is of another key, or damaged"
    try:
        found = ast.literal_eval(text.removeprefix("Signature mismatch: "))
        return ", ".join(map(_clause, found))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return in_one_line(error)


def _clause(text: str) -> str:
    for pattern, what in _CLAUSES:
        if match := re.fullmatch(pattern, text):
            # One file is its own folder.
            name = match[1] if match[1] != "." else "it"
            return f"{name} {what}"
    return text


def _no_key(kind: str, key: str | Path, error: Exception) -> DataError:
    return DataError(
        f"{str(key)!r} is no {kind} key that can be used: "
        f"{in_one_line(error)}. Expected an elliptic curve's, in PEM, without "
        "a password; docs/platform.md says how to make a pair."
    )


def _library() -> ModuleType:
    try:
        import model_signing
    except ImportError as error:
        raise ImportError(
            f"Signatures need the extra 'signing', and {error.name} is not "
            "installed: pip install 'tf-advseg[signing]'."
        ) from error
    return model_signing
