"""What an artefact says of itself: `tf_advseg.json`.

In a SavedModel it lies in `assets.extra`; at the end of a `.tflite` it is the
only member of a zip. LiteRT reads a flatbuffer from its beginning and Python's
`zipfile` an archive from its end, so the one file is both.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MEMBER = "tf_advseg.json"
FORMAT = 1


def append_metadata(model: bytes, metadata: Mapping[str, Any]) -> bytes:
    """Returns a flatbuffer with a zip of its metadata after it."""
    # A flatbuffer's parts are aligned to 16 bytes; whatever maps the file
    # finds the zip behind whole blocks.
    buffer = io.BytesIO(model + b"\0" * (-len(model) % 16))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, json.dumps(metadata, indent=1))
    return buffer.getvalue()


def read_tflite_metadata(path: str | Path) -> dict[str, Any]:
    """Reads the metadata of a `.tflite` file.

    Raises:
        ValueError: If it has none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(MEMBER))
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(
            f"{str(path)!r} holds no {MEMBER}: it was not written by "
            "`tf_advseg export`, or was cut short."
        ) from error
