"""What a server's class ids mean: names and colours, from a JSON file.

The server does not say; the exporter wrote it into `tf_advseg.json`, which
lies in the serving folder and inside the SavedModel.
"""

import dataclasses
import json
import logging
from pathlib import Path

from tf_advseg.base.checks import DataError

FILE_NAME = "tf_advseg.json"
_INSIDE = (
    FILE_NAME,
    f"assets.extra/{FILE_NAME}",
    f"serving/{FILE_NAME}",
    f"saved_model/assets.extra/{FILE_NAME}",
)

_logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class ClassTable:
    """C class names and colours, in the order of the ids.

    Args:
        names: C names.
        palette: C RGB colours, 0 to 255.
    """

    names: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]


def read_class_table(path: str | Path) -> ClassTable:
    """Reads a `tf_advseg.json`, or the one in a folder.

    Args:
        path: The file; or a serving folder, a SavedModel or a folder of
            `tf_advseg export`.

    Raises:
        DataError: If it is missing or does not hold names and colours.
    """
    path = _file(Path(path))
    table = _read(path)
    newest = _newest_version(path.parent)
    if path.name != FILE_NAME or newest is None or _read(newest) == table:
        return table
    _logger.warning(
        "%r is not that of the newest version: its publisher was killed, or "
        "the version was removed since; %r is taken, which the server has. "
        "The next `tf_advseg publish` puts it right.",
        str(path),
        str(newest),
    )
    return _read(newest)


def _newest_version(serving: Path) -> Path | None:
    """The file in the newest version of the one model of a serving folder."""
    found = {}
    for path in serving.glob(f"models/*/*/assets.extra/{FILE_NAME}"):
        version = path.parents[1]
        if version.name.isdecimal():
            found[version.parent, int(version.name)] = path
    models = {model for model, _ in found}
    return found[max(found)] if len(models) == 1 else None


def _read(path: Path) -> ClassTable:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        names = tuple(content["classes"])
        palette = tuple(tuple(colour) for colour in content["palette"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unusable(path, error) from error
    if not names or not all(isinstance(name, str) for name in names):
        raise _unusable(path, "'classes' must be names")
    if len(palette) != len(names) or not all(map(_is_colour, palette)):
        raise _unusable(path, "'palette' must be one [r, g, b] a class, 0-255")
    return ClassTable(names, palette)


def _file(path):
    candidates = [path / name for name in _INSIDE] if path.is_dir() else [path]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise DataError(
        f"There is no {FILE_NAME} at {str(path)!r}; it lies in the serving "
        "folder and in the SavedModel's assets.extra/."
    )


def _is_colour(colour):
    return len(colour) == 3 and all(
        type(value) is int and 0 <= value <= 255 for value in colour
    )


def _unusable(path, why):
    return DataError(
        f"{str(path)!r} does not say what class ids mean ({why}); expected "
        '{"classes": [names], "palette": [[r, g, b], ...]}.'
    )
