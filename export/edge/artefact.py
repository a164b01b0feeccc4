"""What a deployed .tflite says about itself.

A zip is appended to the network; its member `tf_advseg.json`, stored without
compression so that a browser can read it too, holds the classes, the palette,
the size of the input and the reference of the drift signal.
"""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path
from typing import Any

from .errors import EdgeError

MEMBER = "tf_advseg.json"
FORMAT = 1
MOST_BYTES = 2**24
"""Metadata take some kilobytes; what claims more than this is not read."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WANTED = ("size", "classes", "palette")


@dataclasses.dataclass(frozen=True)
class Artefact:
    """A .tflite file and what it says about itself.

    Args:
        path: The file.
        size: (H, W) of the network's input in pixels.
        classes: C names.
        palette: One RGB colour (0-255) a class.
        reference: What the drift signal is compared with, or None.
        metadata: Everything that the file says, as it stands there.
    """

    path: Path
    size: tuple[int, int]
    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    reference: dict[str, Any] | None
    metadata: dict[str, Any]


def read_artefact(path: str | Path) -> Artefact:
    """Reads the metadata of a deployed .tflite.

    Raises:
        EdgeError: If there is no such file, it carries no metadata, or the
            metadata is not of this runner's format.
    """
    path = Path(path)
    metadata = _read_json(path)
    if metadata.get("format") != FORMAT:
        raise EdgeError(
            f"The model {str(path)!r} has metadata of format "
            f"{metadata.get('format')!r}, but this runner reads format "
            f"{FORMAT}; use the runner that was exported with the model."
        )
    missing = [name for name in _WANTED if not metadata.get(name)]
    if missing:
        raise EdgeError(
            f"The metadata of {str(path)!r} has no {missing[0]!r}; export "
            "the model again."
        )
    for name, (fits, expected) in _RULES.items():
        if not fits(metadata.get(name)):
            raise EdgeError(
                f"The metadata of {str(path)!r} has a {name!r} that is not "
                f"{expected}: it is damaged; export the model again."
            )
    classes, palette = metadata["classes"], metadata["palette"]
    if len(classes) != len(palette) or len(classes) > 255:
        raise EdgeError(
            f"The metadata of {str(path)!r} has {len(classes)} classes and "
            f"{len(palette)} colours; expected as many, at most 255. Export "
            "the model again."
        )
    height, width = metadata["size"]
    return Artefact(
        path=path,
        size=(height, width),
        classes=tuple(classes),
        palette=tuple(tuple(colour) for colour in palette),
        reference=metadata.get("reference"),
        metadata=metadata,
    )


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise EdgeError(
            f"The model {str(path)!r} does not exist; expected a .tflite file "
            "that was exported by tf_advseg."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            return _parsed(_read_member(archive))
    except KeyError:
        raise EdgeError(
            f"The zip at the end of {str(path)!r} has no {MEMBER!r}; export "
            "the model with tf_advseg."
        ) from None
    # A made-up zip or JSON makes the library raise struct.error, zlib.error,
    # RecursionError, NotImplementedError and others.
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise EdgeError(
            f"The model {str(path)!r} carries no metadata at its end "
            f"({reason}): it was not exported by tf_advseg, or the copy "
            "is incomplete; copy it again."
        ) from error


def _read_member(archive: zipfile.ZipFile) -> bytes:
    info = archive.getinfo(MEMBER)
    # Other methods unpack as much at once as their data say.
    if info.file_size > MOST_BYTES or info.compress_type not in _METHODS:
        raise ValueError(
            f"{info.file_size} bytes packed by method {info.compress_type}"
        )
    return archive.read(info)


def _parsed(data: bytes) -> dict[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _are_colours(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(colour, list)
        and len(colour) == 3
        and all(type(v) is int and 0 <= v <= 255 for v in colour)
        for colour in value
    )


def _is_size(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(v) is int and 0 < v <= 2**16 for v in value)
    )


def _is_reference(value: Any) -> bool:
    return value is None or isinstance(value, dict)


_RULES = {
    "size": (_is_size, "[height, width] in pixels"),
    "classes": (_are_names, "a list of names"),
    "palette": (_are_colours, "a list of colours [red, green, blue]"),
    "reference": (_is_reference, "an object"),
}
