"""The SHA-256 of a model in a small file beside it, and held against it.

    best.keras
    best.keras.sha256      what `sha256sum --check` reads
    saved_model/
    saved_model.sha256     a line for each file in the folder

One file a model, and not one list of all: who writes a model then touches
nothing of the others, and what is copied by itself keeps its own. Whoever
replaces a model forgets its hash first and records the new one at the end.
Killed in between, or older than these files, a model has none: it is read, and
nothing is said of it.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import atomic_file

SUFFIX = ".sha256"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_MOST_BYTES = 2**22


class ChangedModel(DataError):
    """A model that is not what was written."""


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_file(model: str | Path) -> Path:
    """Where the hashes of a file or folder lie."""
    model = Path(model)
    return model.with_name(model.name + SUFFIX)


def forget(model: str | Path) -> None:
    """Removes what is recorded of a model that will be replaced."""
    checksum_file(model).unlink(missing_ok=True)


def record(model: str | Path) -> None:
    """Records what a file, or a folder of files, is now."""
    model = Path(model)
    lines = [f"{digest}  {name}\n" for name, digest in _found(model).items()]
    atomic_file.write_text(checksum_file(model), "".join(lines))


@contextlib.contextmanager
def renewed(model: str | Path) -> Iterator[None]:
    """Forgets a model that the body replaces, then records it."""
    forget(model)
    yield
    record(model)


def check(model: str | Path) -> bool:
    """Whether a model is known to be what was written; False: not recorded.

    Raises:
        ChangedModel: If it is something else; names the file.
    """
    model = Path(model)
    recorded = _recorded(model)
    while recorded is not None:
        wrong = _difference(model, recorded)
        if wrong is None:
            return True
        # It may have been replaced just now, by whoever may do so.
        before, recorded = recorded, _recorded(model)
        if recorded == before:
            raise ChangedModel(
                f"{wrong} since {checksum_file(model).name} was written. Copy "
                "both again; or, if that was you, remove "
                f"{str(checksum_file(model))!r}."
            )
    return False


def _found(model: Path) -> dict[str, str]:
    """Names, as the model's folder sees them, and hashes."""
    paths = [model]
    if model.is_dir():
        paths = sorted(p for p in model.rglob("*") if p.is_file())
    return {
        path.relative_to(model.parent).as_posix(): file_sha256(path)
        for path in paths
    }


def _recorded(model: Path) -> dict[str, str] | None:
    path = checksum_file(model)
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        lines = []
    matches = [_LINE.fullmatch(line) for line in lines]
    found = {match[2]: match[1] for match in matches if match}
    if not found or None in matches:
        raise ChangedModel(
            f"{str(path)!r} is damaged: expected lines of a SHA-256 and a "
            "file's name. Copy it again, or remove it."
        )
    return found


def _difference(model: Path, recorded: dict[str, str]) -> str | None:
    """The first file that differs, in words."""
    found = _found(model)
    if not model.is_dir():  # Whatever it was called then.
        is_same = set(found.values()) == set(recorded.values())
        return None if is_same else f"{str(model)!r} was changed"
    for name in sorted(recorded.keys() | found.keys()):
        path = str(model.parent / name)
        if name not in found:
            return f"{path!r} was removed"
        if name not in recorded:
            return f"{path!r} was added"
        if found[name] != recorded[name]:
            return f"{path!r} was changed"
    return None
