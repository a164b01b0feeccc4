"""What MirroredStrategy costs on one device.

    python -m benchmarks.strategy_overhead

times training steps of AdvEnt under `mirrored` and under `one_device` in
turns, in one process, and prints the ratio of the medians.
"""

import statistics

from benchmarks.parts import timing
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

ROUNDS = 12
STEPS = 3


def main() -> None:
    """Measures and prints."""
    settings = TrainSettings(**PLAIN, weights="none")
    steps = {
        name: timing.prepared(settings, strategy_name=name)
        for name in ("mirrored", "one_device")
    }
    seconds = timing.in_turns(steps, ROUNDS, STEPS)
    medians = {name: statistics.median(s) for name, s in seconds.items()}
    for name, median in medians.items():
        print(f"{name}: {median:.4f} s/step (median of {ROUNDS} rounds)")
    print(f"ratio: {medians['mirrored'] / medians['one_device']:.3f}")


if __name__ == "__main__":
    main()
