"""Where the time of a whole run goes: steps, scoring, evaluation, the report.

    python -m benchmarks.whole_run --run=runs/timed --steps=60

Makes that run (all flags are those of `tf_advseg train`; the run it is
compared with and the report are part of it) and prints the seconds of
processor time and of the clock that each phase took, and its share. A phase
within another counts as itself only. On a busy machine the processor's time
is the one to look at.
"""

import contextlib
import functools
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator

from benchmarks.parts import markdown
from tf_advseg.base.process.allocator import keep_freed_memory
from tf_advseg.base.process.quiet_tensorflow import import_quietly

FIRST, STEPS = "first steps (tracing)", "steps"
REST = "the rest"
ORDER = (
    "start",
    "making networks",
    FIRST,
    STEPS,
    "scoring of snapshots",
    "choice",
    "evaluation",
    "saving",
    "comparison",
    "report",
    REST,
)


class Clock:
    """Seconds of processor and of clock by phase; the innermost one counts."""

    def __init__(self):
        self.seconds = {name: [0.0, 0.0] for name in ORDER}
        self._phases = [REST]
        self._since = self._now()

    def _now(self) -> tuple[float, float]:
        return time.process_time(), time.perf_counter()

    def _count(self) -> None:
        now = self._now()
        of_phase = self.seconds[self._phases[-1]]
        for index in range(2):
            of_phase[index] += now[index] - self._since[index]
        self._since = now

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Within it time counts as that phase's."""
        self._count()
        self._phases.append(name)
        try:
            yield
        finally:
            self._count()
            self._phases.pop()

    def watch(self, owner: object, attribute: str, name: str) -> None:
        """Counts what a function or method does as a phase."""
        function = getattr(owner, attribute)

        @functools.wraps(function)
        def watched(*args, **options):
            with self.phase(name):
                return function(*args, **options)

        setattr(owner, attribute, watched)

    def table(self) -> str:
        """Markdown: a row a phase."""
        self._count()
        pairs = list(self.seconds.values())
        totals = [sum(column) for column in zip(*pairs, strict=True)]
        lines = [markdown.head("phase", "CPU s", "share", "clock s", "share")]
        for name, both in (*self.seconds.items(), ("all", totals)):
            lines.append(markdown.row(name, *_cells(both, totals)))
        return "\n".join(lines)


def _cells(seconds, totals) -> list[str]:
    cells = []
    for value, total in zip(seconds, totals, strict=True):
        cells += [f"{value:.1f}", f"{100 * value / total:.0f} %"]
    return cells


def watch_run(clock: Clock) -> None:
    """Puts the clock at the doors of a run's phases."""
    from tf_advseg.commands import train_report
    from tf_advseg.experiment import runner
    from tf_advseg.experiment.choosing.run_selection import RunSelection
    from tf_advseg.experiment.evaluation import RunEvaluation
    from tf_advseg.training.callbacks import checkpoints
    from tf_advseg.training.compiled_steps import CompiledSteps

    doors: list[tuple[object, str, str]] = [
        (runner.Run, "__init__", "making networks"),
        (RunSelection, "score_moment", "scoring of snapshots"),
        (RunSelection, "choose", "choice"),
        (RunSelection, "publish", "choice"),
        (RunEvaluation, "numbers", "evaluation"),
        (RunEvaluation, "evaluation", "evaluation"),
        (RunEvaluation, "pictures", "evaluation"),
        (runner.Run, "save", "saving"),
        (checkpoints, "save_state", "saving"),
        (train_report, "write_comparison", "comparison"),
        (train_report, "write_page", "report"),
    ]
    for door in doors:
        clock.watch(*door)
    _watch_steps(clock, CompiledSteps)


def _watch_steps(clock: Clock, steps: type) -> None:
    """The first call traces; it is a phase of its own."""
    call: Callable = steps.__call__

    def watched(self, *args):
        name = STEPS if vars(self).get("is_traced") else FIRST
        self.is_traced = True
        with clock.phase(name):
            return call(self, *args)

    steps.__call__ = watched


def main() -> int:
    """Runs, then prints the table."""
    clock = Clock()
    with clock.phase("start"):
        keep_freed_memory()
        import_quietly()
        from tf_advseg import cli

        watch_run(clock)
    try:
        return cli.main(["train", *sys.argv[1:]])
    finally:
        print(clock.table())


if __name__ == "__main__":
    sys.exit(main())
