"""Where the files of an export lie, and how `publish` finds them again."""

import json
from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_folder
from tf_advseg.base.files import checksums
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.export.artefacts.facts import run_folder_of
from tf_advseg.settings.export import SAVED_MODEL
from tf_advseg.settings.export import ExportSettings
from tf_advseg.settings.publish import PublishSettings

_NOTE = "exported_to.json"
"""In a run's folder: where it was exported to, the last time."""


def output_folder(settings: ExportSettings) -> Path:
    """`--out`, or export/ in the run or beside the model."""
    if settings.out:
        return Path(settings.out)
    where = Path(settings.run or settings.model_paths[0])
    return (where if where.is_dir() else where.parent) / "export"


def note_export(
    settings: ExportSettings, out: Path, write: Callable[[str], None]
) -> None:
    """Notes in the run's folder where it was exported to."""
    run = run_folder_of(settings.run or settings.model_paths[0])
    if run is None:
        return
    text = json.dumps({"folder": str(out.resolve())}, indent=1)
    try:
        write_text(run / _NOTE, text + "\n")
    except OSError as error:
        write(
            f"Note: {run} cannot be written ({error.strerror}); publish with "
            f"--saved_model={out / SAVED_MODEL}."
        )


def saved_model_to_publish(settings: PublishSettings) -> Path:
    """The SavedModel that `--saved_model`, or the export of `--run`, means.

    Raises:
        DataError: If there is none, or it was changed since its export.
    """
    path = _saved_model(settings)
    checksums.check(path)
    return path


def folder_of_export(run: str) -> Path:
    """The folder of a run's last export.

    Raises:
        DataError: If it was not exported, or that folder is gone.
    """
    folder = _noted(check_folder("The run", run), "")
    if not folder.is_dir():
        raise DataError(
            f"The run {run!r} was not exported: there is no {str(folder)!r}. "
            f"First: tf_advseg export --run={run}"
        )
    return folder


def _saved_model(settings: PublishSettings) -> Path:
    if settings.saved_model:
        folder = check_folder("The SavedModel", settings.saved_model)
        inside = folder / SAVED_MODEL
        return inside if inside.is_dir() else folder
    run = check_folder("The run", settings.run)
    path = _noted(run) / SAVED_MODEL
    if not path.is_dir():
        raise DataError(
            f"The run {settings.run!r} was not exported: there is no "
            f"{str(path)!r}. First: tf_advseg export "
            f"--run={settings.run}"
        )
    return path


def _noted(run: Path, wanted: str = SAVED_MODEL) -> Path:
    """The folder of the run's last export, if what is wanted is there still."""
    try:
        content = json.loads((run / _NOTE).read_text(encoding="utf-8"))
        folder = Path(content["folder"])
        if (folder / wanted).is_dir():
            return folder
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass  # As if there were none: the usual place is looked at.
    return run / "export"
