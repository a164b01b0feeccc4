"""Finds the files of images by the names that an export has for them.

An export's names are a stranger's: none is ever opened or written. They are
looked for among the files that the user's folder was found to hold.
"""

import re
import unicodedata
from collections.abc import Iterable

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.domains.folders.folder_files import list_files
from tf_advseg.datasets.domains.folders.listing import IMAGE_ENDINGS
from tf_advseg.labelling.exports.export import Picture


def clean_name(name: object, what: str) -> str:
    """Returns a name as `folder/file`, if it stays inside.

    Raises:
        DataError: If it is absolute, climbs out, or is no name.
    """
    text = name.replace("\\", "/") if isinstance(name, str) else ""
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if (
        not parts
        or ".." in parts
        or text.startswith("/")
        or re.match("[A-Za-z]:", text)
        or any(ord(letter) < 32 for letter in text)
    ):
        raise DataError(
            f"{what} calls an image {brief(name)}; expected a path below the "
            "folder of images, as no tool writes another: it is not read."
        )
    return "/".join(parts)


class ImageFiles:
    """The image files below a folder.

    Args:
        root: The folder, of a disk or an archive.
    """

    def __init__(self, root: Place):
        self.root = root
        self.names = list_files(root, IMAGE_ENDINGS)
        self._by_name = {_plain(name): name for name in self.names}
        self._by_stem: dict[str, list[str]] = {}
        for name in self.names:
            self._by_stem.setdefault(stem(name), []).append(name)

    def find(self, picture: Picture) -> str | None:
        """The path of an image, relative to the root; None: not there.

        If the whole name is not there, folders are taken off its front until
        it is: tools add the folder that they stored images in.

        Raises:
            DataError: If several files fit.
        """
        for name in (picture.name, *picture.spellings):
            parts = name.split("/")
            for start in range(len(parts)):
                found = self._matching("/".join(parts[start:]), picture)
                if found:
                    return found
        return None

    def _matching(self, name: str, picture: Picture) -> str | None:
        if not picture.any_ending:
            return self._by_name.get(_plain(name))
        found = self._by_stem.get(stem(name), [])
        if len(found) > 1:
            raise DataError(
                f"The mask {picture.name!r} may be of any of "
                f"{', '.join(found)} in {str(self.root)!r}; keep one of them."
            )
        return found[0] if found else None


def check_apart(names: Iterable[str]) -> None:
    """Refuses images whose labels would have one name.

    Raises:
        DataError: Naming two.
    """
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(stem(name).casefold(), name)
        if other != name:
            raise DataError(
                f"The images {other!r} and {name!r} differ in their endings "
                "or in upper case alone, and so would their labels: rename "
                "one of them, in the export too."
            )


def stem(name: str) -> str:
    """A path without its ending."""
    return _plain(name).rpartition(".")[0] or name


def _plain(name: str) -> str:
    """Accents in one of their two spellings: macOS has the other."""
    return unicodedata.normalize("NFC", name)
