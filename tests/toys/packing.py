"""Packs folders into archives, and makes archives that nobody should."""

import io
import tarfile
import zipfile
from pathlib import Path


def zip_folder(folder: Path, archive: Path, method=zipfile.ZIP_DEFLATED):
    """Packs all files of a folder into a zip file; returns its path."""
    with zipfile.ZipFile(archive, "w", method) as packed:
        for path in sorted(folder.rglob("*")):
            packed.write(path, path.relative_to(folder))
    return archive


def tar_folder(folder: Path, archive: Path, mode="w"):
    """Packs a folder into a tar file, names beginning with `./`."""
    with tarfile.open(archive, mode) as packed:
        packed.add(folder, ".")
    return archive


def zip_of(archive: Path, members: dict[str, bytes]) -> Path:
    """Writes a zip file of these names, whatever they are."""
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in members.items():
            packed.writestr(zipfile.ZipInfo(name), data)
    return archive


def tar_of(archive: Path, members: dict[str, bytes]) -> Path:
    """Writes a tar file of these names, whatever they are."""
    with tarfile.open(archive, "w") as packed:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return archive
