"""Which image files an INPUT stands for, and what their outputs are called."""

from __future__ import annotations

import collections
import dataclasses
import glob
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ..errors import EdgeError

IMAGE_SUFFIXES = (
    ".bmp",
    ".gif",
    ".jfif",
    ".jpe",
    ".jpeg",
    ".jpg",
    ".png",
    ".tif",
    ".tiff",
    ".webp",
)
VIDEO_SUFFIXES = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".webm")

THUMBNAIL_FOLDERS = (
    "#snapshot",
    "@snapshot",
    "@recently-snapshot",
    "lost+found",
    "system volume information",
    "#recycle",
    "$recycle.bin",
    ".@__thumb",
    ".thumbnails",
    ".thumbs",
    "@eadir",
    "@recycle",
    "__macosx",
    "thumbnails",
    "thumbs",
)
"""What a NAS, a desktop or a packer puts beside pictures, in lower case."""


@dataclasses.dataclass(frozen=True)
class InputFile:
    """One image file.

    Args:
        path: Where it is.
        name: Where its outputs go, relative to their folder, without a
            suffix: `a/x` of `photos/a/x.png` for the input `photos`.
    """

    path: Path
    name: str


def find_images(where: str, leave_out: Path | None = None) -> list[InputFile]:
    """Returns the images of a file, a folder or a pattern, sorted.

    Args:
        where: A file of any name; a folder, searched with its subfolders and
            links; or a pattern (`cam*/**/*.jpg`). Hidden files and folders of
            thumbnails are left out; what else is no image is counted in a
            line on standard error.
        leave_out: A folder that is not searched: that of the outputs.

    Raises:
        EdgeError: If there is nothing, the input lies where the outputs go,
            or two outputs would have one name.
    """
    path = Path(where)
    if path.exists() and leave_out and _lies_in(path, leave_out):
        raise EdgeError(
            f"The input {where!r} lies in the folder of the outputs; choose "
            "another --out, a subfolder of the input say."
        )
    if path.is_file():
        return [InputFile(path, path.stem)]
    if path.is_dir():
        root, found = path, _below(path, ())
    elif glob.has_magic(where):
        root = _fixed_part(path)
        found = [Path(match) for match in glob.glob(where, recursive=True)]
    else:
        raise EdgeError(
            f"The input {where!r} does not exist; expected an image, a video, "
            "a folder, a pattern in quotes ('photos/*.jpg'), camera:0 or -."
        )
    files = []
    left_out = collections.Counter()
    for file in sorted(found):
        name = file.relative_to(root)
        if (leave_out and _lies_in(file, leave_out)) or not _is_file(file):
            continue
        if any(part.startswith(".") for part in name.parts):
            continue
        if reason := _reason_to_leave(name):
            left_out[reason] += 1
            continue
        files.append(InputFile(file, name.with_suffix("").as_posix()))
    if left_out:
        why = ", ".join(f"{reason} {n}" for reason, n in left_out.items())
        total = sum(left_out.values())
        print(
            f"{where!r}: {len(files)} images taken, {total} files left out "
            f"({why}).",
            file=sys.stderr,
        )
    if not files:
        kinds = ", ".join(suffix[1:] for suffix in IMAGE_SUFFIXES)
        raise EdgeError(f"The input {where!r} holds no image ({kinds}).")
    _check_names(files)
    return files


def _below(folder: Path, above: tuple[str, ...]) -> Iterator[Path]:
    """Yields the files below a folder; links are followed, but never back."""
    above = (*above, os.path.realpath(folder))
    for path in folder.iterdir():
        if not path.is_dir():
            yield path
        elif not path.name.startswith(".") and not _leads_back(path, above):
            yield from _below(path, above)


def _leads_back(path: Path, above: tuple[str, ...]) -> bool:
    if not path.is_symlink():
        return False
    target = os.path.realpath(path)
    within = os.path.join(target, "")
    return any(one == target or one.startswith(within) for one in above)


def _is_file(path: Path) -> bool:
    """Whether it can be read, or is a link to nothing, which reading says."""
    return path.is_file() or not path.exists()


def _reason_to_leave(name: Path) -> str | None:
    if any(part.lower() in THUMBNAIL_FOLDERS for part in name.parts[:-1]):
        return "in folders of thumbnails"
    if name.suffix.lower() not in IMAGE_SUFFIXES:
        return f"not read: {name.suffix.lower() or 'no ending'}"
    if any("\udc80" <= character <= "\udcff" for character in str(name)):
        return "with names that are no UTF-8"
    return None


def _lies_in(path, folder):
    path, folder = path.resolve(), folder.resolve()
    return path == folder or folder in path.parents


def _fixed_part(pattern):
    """The folders of a pattern before its first wildcard."""
    parts = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts)


def _check_names(files):
    by_name = {}
    for file in files:
        other = by_name.setdefault(file.name, file)
        if other is not file:
            raise EdgeError(
                f"The outputs of {str(other.path)!r} and {str(file.path)!r} "
                f"would both be called {file.name!r}; rename one of them."
            )
