"""Which image files an INPUT stands for, and what their outputs are called."""

from __future__ import annotations

import dataclasses
import glob
from pathlib import Path

from ..errors import EdgeError

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
VIDEO_SUFFIXES = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".webm")


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
        where: A file of any name; a folder, searched with its subfolders; or
            a pattern (`cam*/**/*.jpg`). Hidden files are left out.
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
        root, found = path, path.rglob("*")
    elif glob.has_magic(where):
        root = _fixed_part(path)
        found = [Path(match) for match in glob.glob(where, recursive=True)]
    else:
        raise EdgeError(
            f"The input {where!r} does not exist; expected an image, a video, "
            "a folder, a pattern in quotes ('photos/*.jpg'), camera:0 or -."
        )
    files = [
        InputFile(file, file.relative_to(root).with_suffix("").as_posix())
        for file in sorted(found)
        if _is_image(file, root)
        and not (leave_out and _lies_in(file, leave_out))
    ]
    if not files:
        kinds = ", ".join(suffix[1:] for suffix in IMAGE_SUFFIXES)
        raise EdgeError(f"The input {where!r} holds no image ({kinds}).")
    _check_names(files)
    return files


def _is_image(path, root):
    shown = path.relative_to(root).parts
    hidden = any(part.startswith(".") for part in shown)
    return (
        not hidden and path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()
    )


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
