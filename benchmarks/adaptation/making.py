"""Makes the runs that are not there yet, on several processes for hours.

A run is trained, then, unless its chosen weights are enough, all its snapshots
are measured with the target's labels (which have no part in the choice), then
its figures are recorded. A run that
fails is named and stops no other; one that is ended goes on from its newest
checkpoint the next time.
"""

import dataclasses
import shutil
import sys
import threading
import time
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

from benchmarks.adaptation import lives
from benchmarks.adaptation import records
from benchmarks.adaptation.plan import Experiment
from benchmarks.adaptation.plan import Places
from benchmarks.adaptation.plan import portable
from benchmarks.parts.processes import Processes
from benchmarks.parts.processes import cores
from benchmarks.parts.processes import stay_on
from tf_advseg.base import flags

PROGRAM = ("-m", "tf_advseg")


class Making:
    """Runs in the making.

    Args:
        experiments: In the order in which they are made.
        places: Where things lie.
        record: The file that a pair's runs are recorded in, by the pair.
        write: Where progress goes.
        keep_snapshots: Whether recorded runs keep what only a resumed
            training, or another choice, would need: 0.5 GB a run.
        chosen_only: Whether the last and the chosen weights alone are measured.
        changes: Settings of all runs that are not the recipe's, for trials.

    Attributes:
        failed: The reason by run.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        places: Places,
        record: Callable[[str], Path],
        write: Callable[[str], None] = print,
        keep_snapshots: bool = False,
        chosen_only: bool = False,
        **changes,
    ):
        self.places = places
        self.record = record
        self.failed: dict[Experiment, str] = {}
        self._write = write
        self._keep_snapshots = keep_snapshots
        self._chosen_only = chosen_only
        self._changes = changes
        self._processes = Processes()
        self._changed = threading.Condition()
        self._all = {(e.pair, e.name, e.seed): e for e in experiments}
        self._waiting = [e for e in experiments if not self._is_known(e)]
        self._busy: set[Experiment] = set()
        self._count, self._made, self._begun = len(self._waiting), 0, 0.0

    def make(self, workers: int, hours: float = 0) -> None:
        """Makes them; returns early after `hours`, or if `stop` is called.

        Args:
            workers: How many at once, each on a core of its own.
            hours: 0: until all are made.
        """
        known = len(self._all) - self._count
        self._write(f"{self._count} runs to make; {known} are recorded.")
        self._begun = time.monotonic()
        threads = [
            threading.Thread(target=self._work, args=(core,))
            for core in cores(workers)
        ]
        timer = threading.Timer(hours * 3600, self.stop)
        timer.daemon = True
        if hours:
            timer.start()
        for thread in threads:
            thread.start()
        for thread in threads:
            # Short waits: a signal is seen between them.
            while thread.is_alive():
                thread.join(0.5)
        timer.cancel()

    def stop(self) -> None:
        """Ends what runs at its newest step, and begins nothing more."""
        self._processes.stop()
        with self._changed:
            self._changed.notify_all()

    def _work(self, core: int | None) -> None:
        """What a worker does: one run after the other."""
        stay_on(core)
        while run := self._next():
            try:
                reason = self._make(run)
            except Exception as error:  # Whatever it is: the others go on.
                reason = f"{type(error).__name__}: {error}"
            with self._changed:
                self._busy.discard(run)
                if reason:
                    self.failed[run] = reason
                self._changed.notify_all()
            if reason:
                self._write(f"{_now()} FAILED {run}: {reason}")

    def _next(self) -> Experiment | None:
        """The first run whose beginnings are there; None at the end."""
        with self._changed:
            while self._waiting and not self._processes.is_stopped:
                for run in self._waiting:
                    if self._can_begin(run):
                        self._waiting.remove(run)
                        self._busy.add(run)
                        return run
                self._changed.wait()
        return None

    def _can_begin(self, run: Experiment) -> bool:
        """Whether the runs that it starts from are made, or never will be."""
        coming = {*self._waiting, *self._busy} - {run}
        return not any(
            self._all.get((run.pair, name, run.seed)) in coming
            for name in run.needs
        )

    def _make(self, run: Experiment) -> str:
        """One run from beginning to end; returns what went wrong, or ''."""
        folder = run.folder(self.places.runs)
        for name in run.needs:
            other = run.other(name)
            if not self._is_finished(other.folder(self.places.runs)):
                return (
                    f"it starts from {other}, which is not finished in "
                    f"{other.folder(self.places.runs)}; make that first "
                    f"(--methods={name},{run.name} makes both)"
                )
        settings = run.settings(self.places, **self._changes)
        wanted = portable(dataclasses.asdict(settings), self.places)
        self._make_way(run, folder, wanted)
        if not self._is_finished(folder):
            self._write(f"{_now()} begins {run}")
            commands = [["train", *flags.written(settings)]]
            if not self._chosen_only:
                commands.append(["select", str(folder)])
            for words in commands:
                reason = self._call(words, folder)
                if reason or self._processes.is_stopped:
                    return reason
        figures = records.add(self.record(run.pair), run, self.places)
        if not self._keep_snapshots:
            for name in ("snapshots", "checkpoints"):
                shutil.rmtree(folder / name, ignore_errors=True)
        self._tell(run, figures)
        return ""

    def _call(self, words: Sequence[str], folder: Path) -> str:
        """A command of the package in a process; returns what went wrong."""
        log = folder.with_name(f"{folder.name}.log")
        if self._processes.is_stopped:
            return ""
        lives.begin(folder)
        ended = self._processes.run([sys.executable, *PROGRAM, *words], log)
        if ended is None:
            return ""  # Stopped in between.
        lives.end(folder, ended)
        if ended.status == 0 or self._processes.is_stopped:
            return ""
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
        said = next((line for line in reversed(lines) if line.strip()), "")
        return f"exit status {ended.status}: {said.strip()} ({log})"

    def _make_way(self, run: Experiment, folder: Path, wanted) -> None:
        """Moves a run of other settings out of the way; it is not deleted."""
        then = records.settings_of(folder, self.places)
        changed = records.differences(then, wanted) if then else {}
        if not changed:
            return
        number = 1
        old = folder.parent / "replaced"
        while (old / f"{folder.name}-{number}").exists():
            number += 1
        old.mkdir(exist_ok=True)
        for path in folder.parent.glob(f"{folder.name}*"):
            ending = path.name.removeprefix(folder.name)
            if ending in ("", ".log", ".lives.json"):
                shutil.move(path, old / f"{folder.name}-{number}{ending}")
        self._write(f"{run} had {told(changed)}: moved to {old}")

    def _is_finished(self, folder: Path) -> bool:
        return records.is_finished(folder, self._chosen_only)

    def _is_known(self, run: Experiment) -> bool:
        """Whether it is recorded with today's settings, and not needed."""
        is_needed = any(run.name in one.needs for one in self._all.values())
        folder = run.folder(self.places.runs)
        if is_needed and not self._is_finished(folder):
            return False
        record = records.Record(self.record(run.pair))
        then = record.settings_of(run.name, run.seed)
        if then is None:
            return False
        try:
            settings = run.settings(self.places, **self._changes)
        except ValueError:
            return False  # It fails when its turn comes, and is named then.
        now = portable(dataclasses.asdict(settings), self.places)
        changed = records.differences(then, now)
        if changed:
            self._write(f"{run} is recorded with {told(changed)}: made anew")
        return not changed

    def _tell(self, run: Experiment, figures) -> None:
        with self._changed:
            self._made += 1
            left = self._count - self._made - len(self.failed)
        each = (time.monotonic() - self._begun) / self._made / 3600
        self._write(
            f"{_now()} made {run}: mIoU {100 * figures['last']['miou']:.1f} "
            f"last, {100 * figures['chosen']['miou']:.1f} chosen, "
            f"{figures['minutes']} min, {figures['peak_mb']} MB; "
            f"{left} left, about {left * each:.1f} h"
        )


def told(changed) -> str:
    """Settings that differ, in words.

    >>> told({"steps": (300, 600)})
    'steps 300, not 600'
    """
    return ", ".join(f"{k} {a}, not {b}" for k, (a, b) in changed.items())


def _now() -> str:
    return time.strftime("%d %H:%M")
