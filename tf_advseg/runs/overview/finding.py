"""Finds the runs in a folder of runs."""

from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

from tf_advseg.base.checks import check_folder
from tf_advseg.runs.recorded_settings import CONFIG_FILE

_DEEPEST = 4
"""Folders of folders of runs; further down are other people's things."""


def find_runs(folders: Iterable[str | Path]) -> tuple[list[Path], list[str]]:
    """Returns runs in the order of their names, and what is none.

    A run is a folder with a config.json. The run that another is compared
    with lies in it, and is a run of its own.

    Args:
        folders: Of runs; or runs.

    Returns:
        The runs' folders, and sentences on folders without any.

    Raises:
        DataError: If one of the folders does not exist.
    """
    runs: dict[Path, Path] = {}
    notes = []
    for folder in folders:
        folder = check_folder("The folder", folder)
        found, empty = _look(folder, _DEEPEST)
        runs |= {run.resolve(): run for run in found}
        if not found:
            empty = [folder]
        notes += [f"No run is in {path}." for path in empty]
    return list(runs.values()), notes


def check_run(path: str | Path) -> Path:
    """Returns `path` if it is the folder of a run.

    Raises:
        DataError: If it is missing, or anything else.
    """
    path = check_folder("The run", path)
    if not (path / CONFIG_FILE).is_file():
        raise ValueError(
            f"{str(path)!r} is no folder of a training run: it has no "
            f"{CONFIG_FILE}."
        )
    return path


def _look(folder: Path, depth: int) -> tuple[list[Path], list[Path]]:
    """The runs in a folder, and the topmost folders in it without any."""
    if (folder / CONFIG_FILE).is_file():
        inside = [
            path
            for path in _folders(folder)
            if path.name.startswith("compare_")
            and (path / CONFIG_FILE).is_file()
        ]
        return [folder, *inside], []
    runs, empty = [], []
    for path in _folders(folder) if depth else ():
        found, without = _look(path, depth - 1)
        runs += found
        empty += without if found else [path]
    return runs, empty


def _folders(folder: Path) -> Iterator[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return  # Nothing of ours: it is named as one without runs.
    for path in inside:
        if path.is_dir() and not path.name.startswith("."):
            yield path
