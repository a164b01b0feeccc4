"""What to predict: one file, a folder, a glob pattern, or a video."""

import dataclasses
import glob
import itertools
import logging
from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.folders.folder_files import list_folder
from tf_advseg.datasets.domains.folders.folder_files import sorted_out
from tf_advseg.datasets.domains.folders.label_names import labels_beside
from tf_advseg.datasets.domains.folders.listing import BESIDE
from tf_advseg.datasets.domains.folders.listing import IMAGE_ENDINGS
from tf_advseg.datasets.domains.folders.listing import NO_FILES
from tf_advseg.datasets.domains.folders.listing import is_text
from tf_advseg.settings.parts.finding import find_input

VIDEO_SUFFIXES = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".webm")


_logger = logging.getLogger(__name__)


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


def find_inputs(
    where: str,
    leave_out: Path | None = None,
    write: Callable[[str], None] = lambda _: None,
) -> list[InputFile]:
    """Returns the files that `--input` stands for, sorted by path.

    Args:
        where: A file; a folder, searched with its subfolders for images; or
            a pattern (`cam*/**/*.jpg`). Hidden files are left out, and what
            is no photo by its name, which is said.
        leave_out: A subfolder that is not searched: the output folder, with
            the pictures of an earlier run.
        write: Told in a line how many files of a folder or pattern are
            taken, how many left out, and why.

    Raises:
        DataError: If there is nothing, nothing to predict, or the folder is
            the one to leave out.
    """
    path = Path(where)
    if path.is_file():
        _check_name(path)
        return [_input_file(path, path.parent)]
    if path.is_dir():
        return _in_folder(path, leave_out, write)
    find_input(where)
    return _of_pattern(where, _fixed_part(path), write)


def _in_folder(folder, leave_out, write):
    leave_out = leave_out.resolve() if leave_out else None
    root = folder.resolve()
    if root == leave_out:
        raise DataError(
            f"The input folder {str(folder)!r} cannot take the outputs too; "
            "choose another --out, a subfolder of it say."
        )
    # As training lists its folders.
    listing = list_folder(folder, IMAGE_ENDINGS)
    if leave_out and leave_out.is_relative_to(root):
        own = leave_out.relative_to(root).as_posix() + "/"
        listing = listing.without_below(own)
    listing = _images(str(folder), listing, write)
    if not listing.files:
        raise DataError(
            f"The folder {str(folder)!r} and its subfolders hold no "
            f"image{_kinds()}: {listing.text()}. Give a video as a file."
        )
    return [_input_file(folder / name, folder) for name in listing.files]


def _of_pattern(where, root, write):
    """What a pattern matches, by the rules of folders."""
    paths = map(Path, glob.glob(where, recursive=True))
    files = {p.relative_to(root).as_posix(): p for p in paths if not p.is_dir()}
    listing = sorted_out(files, IMAGE_ENDINGS)
    # Who opens a pipe waits for ever; a link to nothing is named when read.
    pipes = [n for n in listing.files if not _is_readable_kind(files[n])]
    listing = _images(where, listing.without(pipes, NO_FILES), write)
    if not listing.files:
        raise DataError(
            f"The pattern {where!r} matches no image{_kinds()}: "
            f"{listing.text()}."
        )
    return [_input_file(root / name, root) for name in listing.files]


def _is_readable_kind(path):
    return path.is_file() or not path.exists()


def _images(where, listing, write):
    """Leaves out what is no photo by its name, and says so."""
    listing = listing.with_names_of_text().without_label_folders()
    beside = labels_beside(listing.files, same_stem=False)
    listing = listing.without(beside, BESIDE)
    if listing.is_odd:
        _logger.warning("In %r: %s.", where, listing.text())
    if listing.files:
        write(f"{where}: {listing.text()}.")
    return listing


def _check_name(path):
    if not is_text(str(path)):
        raise DataError(
            f"The name of {str(path)!a} is no UTF-8, and outputs are named "
            "like their inputs; rename it."
        )


def _input_file(path, root):
    return InputFile(path, path.relative_to(root).with_suffix("").as_posix())


def _fixed_part(pattern):
    """The folders of a pattern before its first wildcard."""
    folders = pattern.parts[:-1]
    return Path(*itertools.takewhile(lambda f: not glob.has_magic(f), folders))


def _kinds():
    return f" ({', '.join(ending[1:] for ending in IMAGE_ENDINGS)})"
