"""A folder from which TensorFlow Serving serves a model, version by version.

    OUT/models/NAME/1/          a SavedModel; 2, 3, ... as more are published
    OUT/config/                 models.config, batching_parameters.txt,
                                monitoring.config
    OUT/compose.yaml            the server in a container
    OUT/README.md               for the person who runs it
    OUT/tf_advseg.json          the newest version's classes, for clients
    OUT/publish.lock            held while a version is added

Publishing again adds the next version; a running server picks it up by
itself. Files that the operator may have edited are left as they are.
"""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.files.folder_lock import in_turn
from tf_advseg.base.files.json_file import read_object
from tf_advseg.base.files.model_facts import check_facts
from tf_advseg.export.serving import compose
from tf_advseg.export.serving import configuration
from tf_advseg.export.serving import operator_readme
from tf_advseg.export.serving import versions
from tf_advseg.export.serving.signatures import check_signatures
from tf_advseg.export.serving.warmup import write_warmup

METADATA_FILE = "tf_advseg.json"
METADATA_ASSET = f"assets.extra/{METADATA_FILE}"
LOCK_FILE = "publish.lock"
DEFAULT_NAME = "tf_advseg"
DEFAULT_SIZE = (256, 512)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclasses.dataclass(frozen=True)
class PublishedVersion:
    """What `publish` made.

    Attributes:
        path: The version's folder.
        number: Its number, from 1.
        num_warmup_requests: How many requests it is warmed with.
    """

    path: Path
    number: int
    num_warmup_requests: int


def publish(
    saved_model: str | Path,
    out: str | Path,
    name: str = DEFAULT_NAME,
    warmup: bool = True,
) -> PublishedVersion:
    """Adds an exported model to a serving folder, as its next version.

    Args:
        saved_model: A SavedModel with the signatures of
            `tf_advseg.export.serving.signatures`.
        out: The serving folder; made if it is not there.
        name: What clients call the model.
        warmup: Whether to add warm-up requests (needs the extra `serving`).

    Raises:
        ValueError: If the name cannot stand in a URL, or warm-up requests
            cannot be written.
        DataError: If the SavedModel is not whole, lacks a signature, or the
            folder serves other models.
    """
    saved_model, out = Path(saved_model), Path(out)
    _check_name(name)
    check_signatures(saved_model)
    metadata = read_metadata(saved_model)
    _check_models_config(out, name)
    base = out / "models" / name
    _catch_up(out, base)
    with versions.staged_copy(saved_model, base) as staged:
        count = 0
        if warmup:
            height, width = metadata.get("size") or DEFAULT_SIZE
            count = write_warmup(staged, name, (height, width))
        # The server's files first: a folder is ready once its version is in.
        _write_files(out, name)
        # One publisher after the other: the classes are the newest version's.
        with in_turn(out / LOCK_FILE):
            path = versions.move_in(staged, base)
            _write_metadata(out, metadata)
    return PublishedVersion(path, int(path.name), count)


def _catch_up(out: Path, base: Path) -> None:
    """Ends a publication that was killed before the classes were written."""
    if not versions.version_numbers(base):
        return
    with in_turn(out / LOCK_FILE):
        newest = base / str(versions.version_numbers(base)[-1])
        if (newest / METADATA_ASSET).is_file():
            _write_metadata(out, read_metadata(newest))


def _write_metadata(out: Path, metadata: dict[str, Any]) -> None:
    path, text = out / METADATA_FILE, json.dumps(metadata, indent=1) + "\n"
    if not path.is_file() or path.read_bytes() != text.encode():
        write_text(path, text)


def read_metadata(saved_model: Path) -> dict[str, Any]:
    """Returns what the exporter noted: classes, palette, size, run.

    Raises:
        DataError: If it is missing or no JSON object.
    """
    path = saved_model / METADATA_ASSET
    if not path.is_file():
        raise DataError(
            f"The SavedModel {str(saved_model)!r} has no {METADATA_ASSET} "
            "with class names; make it with `tf_advseg export`."
        )
    metadata = read_object(path, "The metadata", "export the model again")
    if "classes" not in metadata:
        raise DataError(f"{str(path)!r} names no classes.")
    check_facts(repr(str(path)), metadata)
    return metadata


def _check_name(name):
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"A model's name stands in URLs; expected letters, digits, '_', "
            f"'-' or '.', starting with a letter or digit, received {name!r}."
        )


def _check_models_config(out, name):
    path = out / "config" / "models.config"
    if path.is_file() and f'"{name}"' not in path.read_text(encoding="utf-8"):
        raise DataError(
            f"{str(path)!r} does not offer the model {name!r}; add a config "
            "for it there, or choose another --out."
        )


def _write_files(out, name):
    """Writes the server's files; those that are there stay."""
    config = out / "config"
    texts = {
        config / "models.config": configuration.models_config(name),
        config / "batching_parameters.txt": configuration.BATCHING,
        config / "monitoring.config": configuration.MONITORING,
        out / "compose.yaml": compose.compose_file(name),
        out / "README.md": operator_readme.text(name),
    }
    for path, text in texts.items():
        if not path.exists():
            write_text(path, text)
