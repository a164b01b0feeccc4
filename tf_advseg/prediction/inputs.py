"""What to predict: one file, a folder, a glob pattern, or a video."""

import dataclasses
import glob
import itertools
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.folder_files import IMAGE_ENDINGS
from tf_advseg.datasets.domains.folder_files import list_files
from tf_advseg.settings.parts.finding import find_input

VIDEO_SUFFIXES = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".webm")


@dataclasses.dataclass(frozen=True)
class InputFile:
    """One image or video file.

    Args:
        path: Where it is.
        name: Where its outputs go, relative to their folder, without a
            suffix: `a/x` of `photos/a/x.png` for the input `photos`.
    """

    path: Path
    name: str

    @property
    def is_video(self) -> bool:
        return self.path.suffix.lower() in VIDEO_SUFFIXES


def find_inputs(where: str, leave_out: Path | None = None) -> list[InputFile]:
    """Returns the files that `--input` stands for, sorted by path.

    Args:
        where: A file; a folder, searched with its subfolders for images; or
            a pattern (`cam*/**/*.jpg`). Hidden files are left out.
        leave_out: A subfolder that is not searched: the output folder, with
            the pictures of an earlier run.

    Raises:
        DataError: If there is nothing, nothing to predict, or the folder is
            the one to leave out.
    """
    path = Path(where)
    if path.is_file():
        return [_input_file(path, path.parent)]
    if path.is_dir():
        return _in_folder(path, leave_out)
    find_input(where)
    matches = sorted(glob.glob(where, recursive=True))
    root = _fixed_part(path)
    files = [_input_file(Path(m), root) for m in matches if _is_image(Path(m))]
    if not files:
        raise DataError(f"The pattern {where!r} matches no image{_kinds()}.")
    return files


def _in_folder(folder, leave_out):
    leave_out = leave_out.resolve() if leave_out else None
    root = folder.resolve()
    if root == leave_out:
        raise DataError(
            f"The input folder {str(folder)!r} cannot take the outputs too; "
            "choose another --out, a subfolder of it say."
        )
    # As training lists its folders.
    names = list_files(folder, IMAGE_ENDINGS)
    if leave_out and leave_out.is_relative_to(root):
        own = leave_out.relative_to(root).as_posix() + "/"
        names = [name for name in names if not name.startswith(own)]
    if not names:
        raise DataError(
            f"The folder {str(folder)!r} and its subfolders hold no "
            f"image{_kinds()}. Give a video as a file."
        )
    return [_input_file(folder / name, folder) for name in names]


def _input_file(path, root):
    return InputFile(path, path.relative_to(root).with_suffix("").as_posix())


def _is_image(path):
    return (
        path.suffix.lower() in IMAGE_ENDINGS
        and not path.name.startswith(".")
        and path.is_file()
    )


def _fixed_part(pattern):
    """The folders of a pattern before its first wildcard."""
    folders = pattern.parts[:-1]
    return Path(*itertools.takewhile(lambda f: not glob.has_magic(f), folders))


def _kinds():
    return f" ({', '.join(ending[1:] for ending in IMAGE_ENDINGS)})"
