"""What of runs can go: planned first, removed only if told to.

Nothing of a run that has a tag goes, nor any best.keras or last.keras, nor the
snapshot that was chosen, which the report measures. A run that is trained, a
folder that holds what no run writes, and what is linked from elsewhere stay.
"""

import dataclasses
import os
import re
import shutil
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import folder_lock
from tf_advseg.base.files.claims import PREFIX
from tf_advseg.base.files.json_file import read_object
from tf_advseg.runs.overview.facts import DAMAGED
from tf_advseg.runs.overview.facts import FINISHED
from tf_advseg.runs.overview.facts import MODELS
from tf_advseg.runs.overview.facts import RunFacts
from tf_advseg.runs.overview.words import megabytes
from tf_advseg.runs.overview.words import shown
from tf_advseg.runs.recorded_settings import CONFIG_FILE

_OURS = re.compile(
    rf"{re.escape(PREFIX)}.*|(config|environment|data|alarms|metrics|metrics_best|selection|tags"
    r"|tracking|compare|finished|exported_to)\.json|run\.yaml|run\.lock|metrics\.csv"
    r"|(iou|comparison)\.txt|(start|teacher_\d+)\.keras(\.sha256)?|report\.html"
    r"|manifests|easy_and_hard|checkpoints|snapshots|pictures|tensorboard|wandb"
)
"""What training writes into a run's folder."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What can go of one run.

    Attributes:
        run: Its folder.
        paths: Files and folders.
        size: How many bytes they take.
        kept: Why nothing goes that was asked for; "" if it does.
    """

    run: Path
    paths: tuple[Path, ...]
    size: int
    kept: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        return {
            "run": str(self.run),
            "paths": [str(path) for path in self.paths],
            "bytes": self.size,
            "kept": self.kept,
        }


def plan(run: RunFacts, what: Iterable[str]) -> Plan:
    """Returns what can go of a run.

    Args:
        run: The run.
        what: Of `settings.runs.PRUNED`.
    """
    try:
        why = _why_all_stays(run) or _why_not_whole(run, what)
        paths = () if why else tuple(_paths(run, what))
    except DataError as error:
        why, paths = str(error), ()
    return Plan(run.path, paths, sum(map(_size, paths)), why)


def carry_out(plan: Plan) -> None:
    """Removes what was planned; done again, it goes on where it was killed.

    Raises:
        FolderInUse: If a process trains into the run by now.
        OSError: If something cannot be removed.
    """
    with folder_lock.held(plan.run):
        for path in plan.paths:
            if path == plan.run:
                _empty(path)
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    if plan.run in plan.paths:
        shutil.rmtree(plan.run)


def sentence(plan: Plan, removed: bool) -> str:
    """Returns what goes of a run, or why nothing does, in one line."""
    name = shown(plan.run, 200)
    if not plan.paths:
        return f"{name}: kept ({shown(plan.kept or 'nothing to remove', 300)})"
    if plan.run in plan.paths:
        what = "the whole unfinished run"
    else:
        kinds = [path for path in plan.paths if path.suffix != ".keras"]
        what = " and ".join(path.name for path in kinds)
        count = len(plan.paths) - len(kinds)
        if count:
            what += f"{' and ' if what else ''}{count} snapshots"
    verb = "removed" if removed else "would go"
    return f"{name}: {what} {verb}, {megabytes(plan.size)}"


def _why_all_stays(run: RunFacts) -> str:
    if run.tags:
        return f"tagged {', '.join(run.tags)}"
    if run.state == DAMAGED:
        return "damaged, look first"
    if run.path.is_symlink():
        return "a link to elsewhere"
    if (run.path / folder_lock.LOCK_FILE).exists():
        try:
            with folder_lock.held(run.path):
                pass
        except folder_lock.FolderInUse:
            return "is being trained"
    return ""


def _why_not_whole(run: RunFacts, what: Iterable[str]) -> str:
    """Why an unfinished run is not removed."""
    if run.state == FINISHED:
        return ""
    if "unfinished" not in what:
        return "unfinished, could go on"
    models = [name for name in MODELS if (run.path / name).exists()]
    if models:
        return f"unfinished, but has {' and '.join(models)}"
    names = sorted(path.name for path in run.path.iterdir())
    strange = [name for name in names if not _OURS.fullmatch(name)]
    return f"holds {strange[0]}, which no run writes" if strange else ""


def _paths(run: RunFacts, what: Iterable[str]) -> Iterator[Path]:
    if run.state != FINISHED:
        yield run.path
        return
    for name in ("checkpoints", "snapshots"):
        folder = run.path / name
        if name not in what or not folder.is_dir() or folder.is_symlink():
            continue
        if name == "checkpoints":
            yield folder
            continue
        chosen = _chosen(run.path)
        yield from (p for p in folder.glob("*.keras") if p.name != chosen)


def _chosen(run: Path) -> str:
    """The name of the snapshot that became best.keras."""
    file = run / "selection.json"
    if not file.exists():
        return ""
    record = read_object(file, "The choice", "choose again, or put back a copy")
    return Path(str(record.get("chosen"))).name


def _empty(run: Path) -> None:
    """Removes all but what says that this is a run."""
    kept = (CONFIG_FILE, folder_lock.LOCK_FILE)
    for path in run.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in kept:
            path.unlink()


def _size(path: Path) -> int:
    return sum(file.lstat().st_size for file in _files(path))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir() or path.is_symlink():
        yield path
        return
    for folder, _, names in os.walk(path):
        for name in names:
            yield Path(folder, name)
