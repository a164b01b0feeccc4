"""One file in an archive: its name, held to be harmless, and its bytes.

An archive is a stranger's file. Nothing here ever writes what an archive
names, follows a link in one, or asks for more memory than `MAX_BYTES`.
"""

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from tf_advseg.base.checks import DataError

MAX_BYTES = 512 * 2**20
"""Largest member that is read: the largest image that Pillow opens, 179
million pixels of three bytes, takes as much without any compression."""


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; subclasses read it.

    Args:
        archive: The archive file.
        name: Its path inside, `folder/file.png`.
        size: Its size in bytes, as the archive declares it.
        offset: Where it begins in the archive.
    """

    archive: Path
    name: str
    size: int
    offset: int

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return f"{self.archive}/{self.name}"

    @property
    def identity(self) -> str:
        """Text that changes if its bytes do, as far as is known unread."""
        return f"{self.size}:{self.offset}"

    def read(self) -> bytes:
        """Returns its bytes; safe to call from many threads.

        The archive is opened anew each time: there is no position that
        threads could fight over, and nothing to close.

        Raises:
            DataError: If it is damaged or larger than declared or allowed.
        """
        if self.size > MAX_BYTES:
            raise DataError(
                f"{self.place!r} declares {self.size:,} bytes; expected at "
                f"most {MAX_BYTES:,} for an image: it may be a bomb, made to "
                "fill the memory."
            )
        try:
            with self.archive.open("rb") as file:
                return self._read(file)
        except OSError as error:
            raise DataError(
                f"{self.place!r} cannot be read: {error.strerror or error}."
            ) from error

    def _read(self, file) -> bytes:
        raise NotImplementedError

    def _fail(self, what: str) -> NoReturn:
        raise DataError(
            f"{self.place!r} {what}; the archive is damaged or was changed "
            "since it was listed: get it again."
        )


def clean_name(archive: Path, name: str) -> str:
    """Returns a member's name as `folder/file`, if it stays inside.

    Backslashes of old Windows packers become `/`; names in any script, and
    with spaces, are fine.

    Raises:
        DataError: If it is absolute, climbs out, or has control characters.
    """
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    wrong = None
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        wrong = "which is an absolute path"
    elif ".." in parts:
        wrong = "which climbs out of it"
    elif any(ord(character) < 32 for character in path):
        wrong = "which has control characters"
    if wrong:
        raise DataError(
            f"Archive {str(archive)!r} holds the name {name!r}, {wrong}: it "
            "is not read. No data set is shipped like that: get it again "
            "from its publisher."
        )
    return "/".join(parts)


@contextlib.contextmanager
def listing(archive: Path, kind: str, advice: str) -> Iterator[None]:
    """Makes a `DataError` of whatever goes wrong when files are listed.

    Besides the errors that they document, Python's readers raise struct.error,
    ValueError, OverflowError and others at lists that were made up.
    """
    try:
        yield
    except OSError as error:
        raise DataError(
            f"Archive {str(archive)!r} cannot be read: "
            f"{error.strerror or error}."
        ) from error
    except Exception as error:
        size = archive.stat().st_size
        what = f"is no whole {kind} file ({error})" if size else "is empty"
        raise DataError(
            f"Archive {str(archive)!r} {what}; {advice}."
        ) from error


def refuse_link(archive: Path, name: str, target: str, kind: str) -> None:
    """Raises `DataError` for a link in an archive."""
    raise DataError(
        f"Archive {str(archive)!r} holds the {kind} {name!r} to {target!r}, "
        "and links in archives are not followed: it is not read. Pack it "
        "again with the files themselves (tar --dereference), or unpack it "
        "where you trust it."
    )


def refuse_twice(archive: Path, name: str) -> None:
    """Raises `DataError` for a name that an archive holds twice."""
    raise DataError(
        f"Archive {str(archive)!r} holds the name {name!r} twice, and which "
        "file is meant cannot be known: it is not read. Pack it again with "
        "each file once."
    )
