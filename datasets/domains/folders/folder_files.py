"""Lists the files of a folder, on a disk or in an archive; opens none."""

import os
from collections.abc import Iterable
from collections.abc import Iterator

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.domains.folders.listing import HIDDEN
from tf_advseg.datasets.domains.folders.listing import LOOPS
from tf_advseg.datasets.domains.folders.listing import NO_FILES
from tf_advseg.datasets.domains.folders.listing import UNREAD
from tf_advseg.datasets.domains.folders.listing import Listing
from tf_advseg.datasets.domains.folders.listing import reason_to_leave


def list_files(folder: Place, endings: tuple[str, ...]) -> list[str]:
    """Returns the sorted paths, relative and with `/`, of files below.

    As `list_folder`, for whom it matters only what is taken.
    """
    return list(list_folder(folder, endings).files)


def list_folder(folder: Place, endings: tuple[str, ...]) -> Listing:
    """Lists the files below a folder, and what of it is left out.

    Hidden files, folders of thumbnails and links back to a folder that they
    lie in, which would never end, are left out. Other links are followed;
    one that leads nowhere counts as a file, so that reading it says so.
    `os.scandir` knows files from folders without asking the disk about each:
    100,000 names take about 1 s.

    Raises:
        DataError: If a folder cannot be listed.
    """
    if isinstance(folder, ArchivePath):
        return sorted_out(folder.files_below(), endings)
    return _listing(_walk(os.fspath(folder), "", endings, ()), endings)


def sorted_out(paths: Iterable[str], endings: tuple[str, ...]) -> Listing:
    """Returns the listing of files by their relative paths alone."""
    return _listing(_by_path(paths, endings), endings)


def _listing(
    found: Iterable[tuple[str, str | None]], endings: tuple[str, ...]
) -> Listing:
    taken: list[str] = []
    left_out: dict[str, list[str]] = {}
    for path, reason in found:
        (left_out.setdefault(reason, []) if reason else taken).append(path)
    # A desktop's own hidden files are no news; hidden pictures are.
    hidden = [
        p for p in left_out.pop(HIDDEN, ()) if p.lower().endswith(endings)
    ]
    if hidden:
        left_out[HIDDEN] = hidden
    return Listing(
        tuple(sorted(taken)),
        {
            reason: tuple(sorted(left_out[reason]))
            for reason in sorted(left_out)
        },
    )


def top_entries(folder: Place) -> list[tuple[str, bool]]:
    """Returns the names in a folder, sorted, and whether each is a folder.

    Without those that are left out whatever they hold.

    Raises:
        DataError: If the folder cannot be listed.
    """
    if isinstance(folder, ArchivePath):
        found = [(path.name, path.is_dir()) for path in folder.iterdir()]
    else:
        entries = _entries(os.fspath(folder))
        found = [(entry.name, _is_folder(entry)) for entry in entries]
    return sorted(pair for pair in found if not reason_to_leave(*pair))


def _walk(
    folder: str, prefix: str, endings: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[tuple[str, str | None]]:
    """Yields what lies below a folder, and why it is left out or None.

    `above` are the real paths of the folders that it lies in.
    """
    above = (*above, os.path.realpath(folder))
    for entry in _entries(folder):
        path, is_folder = prefix + entry.name, _is_folder(entry)
        if reason := reason_to_leave(entry.name, is_folder):
            yield f"{path}/" if is_folder else path, reason
        elif is_folder and _leads_back(entry, above):
            yield f"{path}/", LOOPS
        elif is_folder:
            yield from _walk(entry.path, f"{path}/", endings, above)
        elif not _is_readable_kind(entry):
            yield path, NO_FILES
        else:
            yield path, None if path.lower().endswith(endings) else UNREAD


def _by_path(
    paths: Iterable[str], endings: tuple[str, ...]
) -> Iterator[tuple[str, str | None]]:
    """As `_walk`, of files that are known already: an archive's, say."""
    passed = set()
    for path in paths:
        *folders, name = path.split("/")
        for depth, folder in enumerate(folders, 1):
            reason = reason_to_leave(folder, is_folder=True)
            if reason:
                above = "/".join(folders[:depth]) + "/"
                if above not in passed:
                    passed.add(above)
                    yield above, reason
                break
        else:
            unread = None if name.lower().endswith(endings) else UNREAD
            yield path, reason_to_leave(name, is_folder=False) or unread


def _entries(folder: str) -> list[os.DirEntry]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise DataError(
            f"The folder {folder!r} cannot be listed: {error.strerror}; "
            "make it readable, or take it out of the data's folder."
        ) from error


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link in a circle of links.
        return False


def _is_readable_kind(entry: os.DirEntry) -> bool:
    """Whether it is a file, or a link that leads nowhere; no device."""
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:  # A link in a circle of links.
        return True


def _leads_back(entry: os.DirEntry, above: tuple[str, ...]) -> bool:
    """Whether it is a link to one of the folders above, or to one of theirs."""
    if not entry.is_symlink():
        return False
    target = os.path.realpath(entry.path)
    within = os.path.join(target, "")
    return any(path == target or path.startswith(within) for path in above)
