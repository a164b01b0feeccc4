"""Resident memory of a training over thousands of steps.

    python -m benchmarks.memory --steps=2000

trains AdvEnt on small streets and prints the process's resident memory as it
goes, then the growth between a warm start and the end.
"""

import argparse
import tempfile
from pathlib import Path

from tf_advseg.experiment import making
from tf_advseg.experiment.runner import Run
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking.following import Follower
from tf_advseg.training.distributed.strategies import make_strategy

WARM = 200


def main() -> None:
    """Trains, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    steps = parser.parse_args().steps
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainSettings(
            **PLAIN
            | {
                "source": "streets-sim(size=(64, 128), train=100)",
                "target": "streets-real(size=(64, 128), train=100, val=10)",
                "source_size": "64x128",
                "target_size": "64x128",
                "batch_size": 1,
                "steps": steps,
                "log_every": WARM,
                "run": str(Path(folder) / "run"),
            }
        )
        domains = making.make_domains(settings)
        run = MeasuredRun(settings, domains, make_strategy("mirrored"))
        run.execute()
    first, last = run.memory.megabytes[WARM], run.memory.megabytes[steps]
    print(f"From step {WARM} to {steps}: {last - first:+.1f} MB")


class MeasuredRun(Run):
    """A run that also watches its memory."""

    def __init__(self, *args):
        super().__init__(*args)
        self.memory = Memory()
        self.followers.append(self.memory)


class Memory(Follower):
    """Records resident memory whenever losses are logged."""

    def __init__(self):
        super().__init__([], dict)
        self.megabytes = {}

    def on_train_batch_end(self, batch, logs=None):
        if logs:
            self.megabytes[batch] = resident_megabytes()
            print(f"step {batch}: {self.megabytes[batch]:.1f} MB", flush=True)


def resident_megabytes() -> float:
    """Resident memory of this process, from /proc."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmRSS line.")


if __name__ == "__main__":
    main()
