"""What a training takes: memory and time, by method, batch and crop.

    python -m benchmarks.training_cost

makes short runs on the drawn streets, each in a process of its own with all
that a run has around its steps (snapshots, their scores, evaluation), and
prints for each the most memory that its process had and the median step, in
seconds of processor and of clock. `tf_advseg init` estimates by these figures
(`tf_advseg/proposing/cost.py`). Images are few, so that the cache of decoded
ones, which the estimate adds, is small.
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.parts import markdown

CASES = (
    ("source_only", 8, "128x256"),
    ("advent", 2, "128x256"),
    ("advent", 4, "128x256"),
    ("advent", 8, "64x128"),
    ("advent", 8, "128x256"),
    ("advent", 8, "256x256"),
    ("advent", 8, "256x512"),
    ("dacs", 8, "128x256"),
    ("mic", 8, "128x256"),
)
STEPS, WARM = 10, 3


def main() -> None:
    """Measures each case in a process of its own, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", help="METHOD,BATCH,HxW: that one, as JSON.")
    case = parser.parse_args().case
    if case:
        method, batch, size = case.split(",")
        print(json.dumps(measured(method, int(batch), size)))
        return
    names = ("method", "batch", "crop", "peak MB", "processor s", "clock s")
    print(markdown.head(*names))
    for method, batch, size in CASES:
        name = f"{method},{batch},{size}"
        command = [sys.executable, "-m", "benchmarks.training_cost"]
        done = subprocess.run(
            [*command, f"--case={name}"],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        found = json.loads(done.stdout.splitlines()[-1])
        print(markdown.row(method, batch, size, *found), flush=True)


def measured(method: str, batch: int, size: str) -> tuple[int, float, float]:
    """Peak MB of this process, and a step's seconds, of a short run."""
    from tf_advseg.base.process.allocator import keep_freed_memory
    from tf_advseg.base.process.quiet_tensorflow import import_quietly

    keep_freed_memory()
    import_quietly()
    from tf_advseg.experiment import making
    from tf_advseg.experiment.runner import Run
    from tf_advseg.settings.train import TrainSettings
    from tf_advseg.tracking.following import Follower
    from tf_advseg.training.distributed.strategies import make_strategy

    class Clock(Follower):
        """Notes when steps end."""

        times = []

        def on_train_batch_end(self, step, logs=None):
            self.times.append((time.process_time(), time.perf_counter()))

    shape = size.replace("x", ", ")
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainSettings(
            method=method,
            source=f"streets-sim(size=({shape}), train=40)",
            target=f"streets-real(size=({shape}), train=40, val=8)",
            source_size=size,
            target_size=size,
            crop=size,
            batch_size=batch,
            steps=STEPS,
            snapshots=1,
            compare="none",
            report="false",
            run=str(Path(folder) / "run"),
        )
        domains = making.make_domains(settings)
        run = Run(
            settings, domains, make_strategy("mirrored"), lambda text: None
        )
        run.followers.append(Clock([], dict))
        run.execute()
    times = Clock.times[WARM:-1]  # The last one is followed by a snapshot.
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(times)]
    processor, clock = (statistics.median(s[i] for s in steps) for i in (0, 1))
    return peak_megabytes(), round(processor, 2), round(clock, 2)


def peak_megabytes() -> int:
    """The most resident memory that this process had, from /proc."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    raise OSError("/proc/self/status has no VmHWM line.")


if __name__ == "__main__":
    main()
