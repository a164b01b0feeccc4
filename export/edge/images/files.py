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
from .names import IMAGE_SUFFIXES
from .names import sorted_out

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
        where: A file of any name; a folder, searched with its subfolders and
            links; or a pattern (`cam*/**/*.jpg`). What is no photo by its
            name is left out; a line on standard error counts both.
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
    paths = {
        file.relative_to(root).as_posix(): file
        for file in sorted(found)
        if _is_file(file) and not (leave_out and _lies_in(file, leave_out))
    }
    photos, left_out = sorted_out(paths)
    files = [
        InputFile(paths[name], Path(name).with_suffix("").as_posix())
        for name in photos
    ]
    _say(where, len(files), left_out)
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


def _say(where: str, taken: int, left_out: dict[str, str]) -> None:
    """Says what is taken, what is left out and why, on standard error."""
    rest = "none left out"
    if left_out:
        counts = collections.Counter(left_out.values())
        why = ", ".join(f"{reason} {n}" for reason, n in counts.items())
        rest = f"{len(left_out)} files left out ({why})"
    print(f"{where!r}: {taken} images taken, {rest}.", file=sys.stderr)


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
