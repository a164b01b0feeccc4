"""What keeping freed memory gains: time of a training step.

    python -m benchmarks.allocator

times steps of AdvEnt with the C library's allocator as it is and as
`tf_advseg.base.process.allocator` sets it, each round in a fresh process, in
turns, and prints the ratio of the medians, and the largest memory of each.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys

from tf_advseg.base.process.allocator import SWITCH
from tf_advseg.base.process.allocator import keep_freed_memory

WAYS = {"default": "default", "kept": ""}
"""The value of TF_ADVSEG_MALLOC for each."""


def main() -> None:
    """Measures in turns and prints, or is one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    if options.measure:
        measure(options.steps)
        return
    results = {name: [] for name in WAYS}
    for _ in range(options.rounds):
        for name in WAYS:
            results[name].append(in_a_process(name, options.steps))
            print(name, results[name][-1], flush=True)
    medians = {
        name: statistics.median(r["seconds"] for r in rounds)
        for name, rounds in results.items()
    }
    for name, rounds in results.items():
        peak = max(r["peak_mb"] for r in rounds)
        print(f"{name}: {medians[name]:.3f} s/step, peak {peak:.0f} MB")
    print(f"ratio: {medians['kept'] / medians['default']:.2f}")


def in_a_process(way: str, steps: int) -> dict[str, float]:
    """What `measure` prints, from a process that begins with this allocator."""
    command = [sys.executable, "-m", "benchmarks.allocator", "--measure"]
    done = subprocess.run(
        [*command, f"--steps={steps}"],
        env=os.environ | {SWITCH: WAYS[way]},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(steps: int) -> None:
    """Prints seconds a step and the largest memory of this process."""
    from tf_advseg.base.process.quiet_tensorflow import import_quietly

    keep_freed_memory()
    import_quietly()
    from benchmarks.parts import timing
    from tf_advseg.settings.parts.presets import PLAIN
    from tf_advseg.settings.train import TrainSettings

    step = timing.prepared(TrainSettings(**PLAIN, weights="none"))
    seconds = timing.in_turns({"step": step}, steps)["step"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": statistics.median(seconds), "peak_mb": peak}))


if __name__ == "__main__":
    main()
