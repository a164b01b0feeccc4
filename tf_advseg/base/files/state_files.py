"""Whole states in a folder, kept so that no crash costs the last good one.

    checkpoints/
      000011-step-200/         a state: the files that its writer made, and
        manifest.json          how long they are, and the SHA-256 of each
      000012-step-400/         the newest: numbers grow, steps need not
      000010-step-100.damaged/ set aside, since it was not what it should be
      .writing-5f0c0a.../      of a process that was killed in the middle

A state is written under a name that nobody reads, flushed to the disk, and
renamed when its manifest is complete. Before it is read it is held against
the manifest.
"""

import contextlib
import dataclasses
import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.files.atomic_file import flush_to_disk

MANIFEST_FILE = "manifest.json"
PREFIX = "state"
_WRITING = ".writing-"
_DAMAGED = ".damaged"
_STATE = re.compile(r"(\d{6,})-step-(\d+)")


class DamagedStates(ValueError):
    """There are states, and none of them can be used."""


@dataclasses.dataclass(frozen=True)
class State:
    """One state on the disk.

    Attributes:
        path: Its folder.
        number: States are numbered as they are written.
        step: Updates made before it.
    """

    path: Path
    number: int
    step: int

    @property
    def prefix(self) -> Path:
        """What the names of the writer's files begin with."""
        return self.path / PREFIX


class StateFiles:
    """The states of one folder; one process writes at a time.

    Args:
        folder: Made when the first state is saved; its parent must be there
            (a folder that vanishes in mid-run must not come back empty).
        keep: How many states are kept.
        spared: A step whose state is kept beside them; 0: none.
    """

    def __init__(self, folder: str | Path, keep: int = 2, spared: int = 0):
        self.folder = Path(folder)
        self.keep = keep
        self.spared = spared

    def states(self) -> list[State]:
        """Those that are complete by their names, oldest first."""
        if not self.folder.is_dir():
            return []
        found = []
        for path in self.folder.iterdir():
            match = _STATE.fullmatch(path.name)
            if match and path.is_dir():
                found.append(State(path, int(match[1]), int(match[2])))
        return sorted(found, key=lambda state: state.number)

    def save(self, step: int, write: Callable[[Path], None]) -> State:
        """Writes a state; it becomes the newest one, whatever its step.

        Args:
            step: Updates made before it.
            write: Writes files whose names begin with the path it is given.

        Raises:
            OSError: If it cannot be written; what was there stays.
        """
        self.folder.mkdir(exist_ok=True)
        temporary = self.folder / f"{_WRITING}{uuid.uuid4().hex}"
        number = max((s.number for s in self.states()), default=0) + 1
        path = self.folder / f"{number:06d}-step-{step}"
        try:
            temporary.mkdir()
            write(temporary / PREFIX)
            _seal(temporary, step)
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        flush_to_disk(self.folder)
        self._rotate()
        return State(path, number, step)

    def newest_sound(self, tell: Callable[[str], None] = print) -> State | None:
        """The newest state that is as it was written; None without any.

        Damaged newer ones are set aside, and told of in one sentence each.

        Raises:
            DamagedStates: If all are damaged. Nothing is touched then.
        """
        damaged: list[tuple[State, str]] = []
        for state in reversed(self.states()):
            wrong = damage(state)
            if wrong is None:
                for other, why in damaged:
                    tell(self._set_aside(other, why, state))
                return state
            damaged.append((state, wrong))
        if damaged:
            reasons = "; ".join(f"{s.path.name}: {why}" for s, why in damaged)
            raise DamagedStates(
                f"None of the states in {self.folder} can be used ({reasons}). "
                "Nothing was deleted. Put back a copy of one, or begin anew "
                "in another --run."
            )
        return None

    def remove(self, state: State) -> None:
        """Removes a state; it is gone at once, or still whole."""
        temporary = self.folder / f"{_WRITING}{uuid.uuid4().hex}"
        state.path.rename(temporary)
        shutil.rmtree(temporary, ignore_errors=True)

    def remove_leftovers(self) -> None:
        """Removes what a killed process left; call it as the only writer."""
        for path in self.folder.glob(f"{_WRITING}*"):
            shutil.rmtree(path, ignore_errors=True)

    def _set_aside(self, state: State, why: str, used: State) -> str:
        aside = state.path.with_name(f"{state.path.name}{_DAMAGED}")
        # Of several workers that restore at once, one does this.
        with contextlib.suppress(FileNotFoundError):
            if state.path.exists():
                shutil.rmtree(aside, ignore_errors=True)
                state.path.rename(aside)
        return (
            f"The state {state.path} is damaged: {why}. It is kept as "
            f"{aside.name}; {used.path.name}, the one before, is used instead."
        )

    def _rotate(self) -> None:
        kept = self.states()[-self.keep :]
        for state in self.states():
            is_spared = bool(self.spared) and state.step == self.spared
            if state.number < kept[0].number and not is_spared:
                self.remove(state)
        for path in self.folder.glob(f"*{_DAMAGED}"):
            if int(path.name.partition("-")[0]) < kept[0].number:
                shutil.rmtree(path, ignore_errors=True)


def damage(state: State) -> str | None:
    """What is wrong with a state, as a clause; None if nothing is."""
    try:
        text = (state.path / MANIFEST_FILE).read_text(encoding="utf-8")
        files = json.loads(text)["files"]
        for name, wanted in files.items():
            if name != Path(name).name:
                return f"{MANIFEST_FILE} names {name!r}, no file of its folder"
            size = (state.path / name).stat().st_size
            if size != wanted["bytes"]:
                return f"{name} has {size} bytes, expected {wanted['bytes']}"
            if _sha256(state.path / name) != wanted["sha256"]:
                return f"{name} does not have the SHA-256 it was written with"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} is missing"
    except OSError as error:
        name = Path(error.filename or state.path).name
        return f"{name} cannot be read ({error.strerror})"
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ):
        return f"{MANIFEST_FILE} is not readable JSON of the expected form"
    return None


def _seal(folder: Path, step: int) -> None:
    """Flushes the files and writes what they are; the manifest is last."""
    files = {}
    for path in sorted(folder.iterdir()):
        flush_to_disk(path)
        size = path.stat().st_size
        files[path.name] = {"bytes": size, "sha256": _sha256(path)}
    manifest = folder / MANIFEST_FILE
    text = json.dumps({"format": 1, "step": step, "files": files}, indent=1)
    manifest.write_text(text + "\n", encoding="utf-8")
    flush_to_disk(manifest)
    flush_to_disk(folder)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
