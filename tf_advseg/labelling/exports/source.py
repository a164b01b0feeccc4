"""The file of an export: found, alone, in a folder or in an archive."""

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.archives import is_in_archive
from tf_advseg.datasets.archives import open_folder
from tf_advseg.datasets.archives.member import MAX_BYTES
from tf_advseg.datasets.domains.folders.folder_files import list_files
from tf_advseg.labelling.exports.xml_file import parse_xml

LABEL_MAP = "labelmap.txt"
"""What lies on top of masks in PASCAL VOC's layout."""
_IMAGE_FOLDERS = ("images", "JPEGImages")


class Source:
    """An export's file, or its folder if it is several files.

    Attributes:
        place: The file or folder.
        root: Where the images lie, if the tool exported them too.
    """

    def __init__(self, place: Place, root: Place):
        self.place = place
        self.root = root

    @property
    def images(self) -> Place:
        """The folder of images that came with it."""
        folders = (self.root / name for name in _IMAGE_FOLDERS)
        return next((f for f in folders if f.is_dir()), self.root)

    @functools.cached_property
    def json(self) -> Any:
        """What a JSON file holds.

        Raises:
            DataError: If it is none, or too large.
        """
        try:
            return json.loads(read_bytes(self.place))
        except RecursionError:
            raise DataError(f"{self} is nested too deeply.") from None
        except ValueError as error:
            raise DataError(f"{self} is no valid JSON: {error}.") from None

    @functools.cached_property
    def xml(self) -> ElementTree.Element:
        """The root of an XML file.

        Raises:
            DataError: If it is none, or too large.
        """
        return parse_xml(read_bytes(self.place), str(self))

    def __str__(self) -> str:
        return repr(str(self.place))


def open_export(path: str) -> Source:
    """Finds what is to be read of an export.

    Args:
        path: A JSON or XML file, or the folder or archive that holds it.

    Raises:
        DataError: If it is not there, or cannot be told.
    """
    place = _place(Path(path))
    if not place.is_dir():
        return Source(place, place.parent)
    if (place / LABEL_MAP).is_file():
        return Source(place, place)
    found = list_files(place, (".json", ".xml"))
    if len(found) != 1:
        raise DataError(_not_one(path, found))
    return Source(place / found[0], place)


def read_bytes(place: Place) -> bytes:
    """The bytes of a file that is not too large.

    Raises:
        DataError: If it cannot be read, or is.
    """
    try:
        if place.stat().st_size > MAX_BYTES:
            raise DataError(
                f"{str(place)!r} has more than {MAX_BYTES:,} bytes; export "
                "fewer images at a time."
            )
        return place.read_bytes()
    except OSError as error:
        raise DataError(
            f"{str(place)!r} cannot be read: {error.strerror or error}."
        ) from error


def _place(path: Path) -> Place:
    if is_in_archive(path):
        if path.is_file():
            return open_folder(path)
        place = open_folder(path.parent) / path.name
        if place.exists():
            return place
    elif path.exists():
        return path
    raise DataError(f"There is no export {str(path)!r}.")


def _not_one(path: str, found: Sequence[str]) -> str:
    if not found:
        return (
            f"{path!r} holds no export: expected one .json or .xml file, or "
            f"{LABEL_MAP} beside SegmentationClass/."
        )
    more = ", ..." if len(found) > 3 else ""
    return (
        f"{path!r} holds {len(found)} files that may be the export "
        f"({', '.join(found[:3])}{more}); say which: {path}/{found[0]}"
    )
