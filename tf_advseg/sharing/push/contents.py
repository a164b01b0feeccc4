"""What is in an export's folder, and whether it may go out."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.base.files import checksums
from tf_advseg.sharing.signing import IN_FOLDER

FORMAT = 1
_GATE = "gate.json"
_ARTEFACTS = ("saved_model", "*.tflite", "*.onnx")
_DIGITS = 16
_NOT_SIGNED = (".git", ".gitattributes", ".gitignore", ".github")


@dataclasses.dataclass(frozen=True)
class File:
    """A file's length in bytes, and its SHA-256."""

    size: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Contents:
    """The files of a folder.

    Attributes:
        files: By their names in the folder, with `/`.
    """

    files: Mapping[str, File]

    @property
    def version(self) -> str:
        """The same for the same bytes under the same names."""
        text = json.dumps(self._plain, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]

    @property
    def _plain(self) -> dict[str, Any]:
        return {name: dataclasses.asdict(f) for name, f in self.files.items()}

    def to_json(self) -> str:
        """What is written beside the files; readers hold them against it."""
        content = {
            "format": FORMAT,
            "version": self.version,
            "files": self._plain,
        }
        return json.dumps(content, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, data: bytes, where: str) -> "Contents":
        """Reads what `to_json` wrote.

        Args:
            data: Anybody may have written it.
            where: For the message.

        Raises:
            DataError: If it is something else, or names a file outside.
        """
        try:
            content = json.loads(data)
            found = cls(
                {
                    _safe(name): File(int(one["size"]), str(one["sha256"]))
                    for name, one in content["files"].items()
                }
            )
            if content["version"] != found.version:
                raise ValueError("its version is not that of its files")
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
        ) as error:
            raise DataError(
                f"{where} is damaged, or was not written by `tf_advseg push` "
                f"({error}); push again."
            ) from error
        return found


def contents_of(folder: Path) -> Contents:
    """Reads and hashes all files of a folder but hidden ones.

    Raises:
        DataError: If there is none, one is a link, or hidden ones were signed
            with the others, whose signature would not fit without them.
    """
    files = {}
    hidden = [p for p in folder.rglob(".*") if p.name not in _NOT_SIGNED]
    if hidden and (folder / IN_FOLDER).exists():
        raise DataError(
            f"{str(hidden[0])!r} is hidden and would stay here, but the folder "
            "is signed with it; remove it and sign again."
        )
    for path in sorted(_visible(folder)):
        if path.is_symlink():
            raise DataError(f"{str(path)!r} is a link; put the file there.")
        name = path.relative_to(folder).as_posix()
        files[name] = File(path.stat().st_size, checksums.file_sha256(path))
    if not files:
        raise DataError(f"There are no files in {str(folder)!r}.")
    return Contents(files)


def check_may_go(folder: Path, ungated: bool) -> None:
    """Raises `DataError` for what should not be handed to others.

    Args:
        folder: Of an export.
        ungated: Whether what the gate did not let through may go.
    """
    artefacts = [p for glob in _ARTEFACTS for p in sorted(folder.glob(glob))]
    if not artefacts:
        raise DataError(
            f"There is no exported model in {str(folder)!r}; expected the "
            "--out of `tf_advseg export`."
        )
    passed = _passed(folder / _GATE)
    for artefact in artefacts:
        checksums.check(artefact)
        if artefact.name not in passed and not ungated:
            raise DataError(
                f"Nothing in {_GATE} says that {str(artefact)!r} is the same "
                "model: it was refused, never looked at, or is of an earlier "
                "export. Export it again with the gate, remove it, or give "
                "--ungated."
            )


def _visible(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _visible(path)
        else:
            yield path


def _passed(gate: Path) -> set[str]:
    try:
        found = json.loads(gate.read_text(encoding="utf-8"))["artefacts"]
        return {one["name"] for one in found if one["kept"] and one["passed"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()  # As if it had looked at nothing.


def _safe(name: str) -> str:
    parts = name.split("/")
    if {"", ".", ".."} & set(parts) or "\\" in name or ":" in parts[0]:
        raise ValueError(f"{brief(name)} is no name of a file in a folder")
    return name
