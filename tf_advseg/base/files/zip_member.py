"""Reads one small file of a zip that anyone may have written."""

import zipfile
from pathlib import Path

MOST_BYTES = 2**24
"""What an artefact says of itself takes some kilobytes."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class BadZip(ValueError):
    """A zip that is damaged, or made to do harm; its text says how."""


def read_member(path: Path, name: str, limit: int = MOST_BYTES) -> bytes:
    """Returns the bytes of one file in a zip.

    Raises:
        BadZip: If the zip is damaged, or the file is larger than `limit`.
        KeyError: If there is no such file in it.
        OSError: If the zip cannot be opened.
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _read(archive, name, limit)
        except (BadZip, KeyError):
            raise
        # Made-up lists and members raise struct.error, zlib.error, EOFError,
        # NotImplementedError, RuntimeError, OverflowError and others.
        except Exception as error:
            raise BadZip(str(error) or type(error).__name__) from error


def check_sizes(path: Path, most_expansion: int = 4) -> None:
    """Raises `BadZip` if a zip would unpack to far more than it is.

    Args:
        path: The zip.
        most_expansion: How many times its size it may unpack to, beside
            64 MiB.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except Exception as error:
        raise BadZip(str(error) or type(error).__name__) from error
    total = sum(info.file_size for info in infos)
    if total > most_expansion * path.stat().st_size + 2**26:
        raise BadZip(f"it declares {total:,} bytes: made to fill the memory?")
    for info in infos:
        _check_method(info)


def _read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    info = archive.getinfo(name)
    _check_method(info)
    if info.file_size > limit:
        raise BadZip(f"{name!r} declares {info.file_size:,} bytes")
    # Reading stops at the declared size, and then checks the checksum.
    return archive.read(info)


def _check_method(info: zipfile.ZipInfo) -> None:
    """Others unpack as much at once as their data say."""
    if info.compress_type not in _METHODS:
        raise BadZip(
            f"{info.filename!r} is packed by method {info.compress_type}"
        )
