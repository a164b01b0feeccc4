"""What half precision gains: time of a training step, and mIoU at the end.

    python -m benchmarks.precision
    python -m benchmarks.precision --runs=runs/precision --seeds=3

The first times steps of AdvEnt in float32 and in bfloat16 in turns, in one
process, and prints the ratio of the medians for each backbone. The second
also trains AdvEnt on the embedded streets with the default settings in both,
one process a run, and prints the mIoUs after the last step; runs that are
there are not made again. `--size=64x128` makes the images smaller, for
processors that have no bfloat16 and take several times as long; `--rounds=0`
times nothing.
"""

import argparse
import statistics
from pathlib import Path

from benchmarks.parts import runs
from benchmarks.parts import timing
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

PRECISIONS = ("float32", "bfloat16")
BACKBONES = {"efficientnet_lite0": (128, 256), "resnet50": (129, 257)}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--remat", action="store_true")
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--size", default="128x256", help="of images in --runs")
    options = parser.parse_args()
    for backbone, size in BACKBONES.items():
        if options.rounds:
            time_steps(backbone, size, options)
    if options.runs:
        compare_runs(options)


def time_steps(backbone: str, size: tuple[int, int], options) -> None:
    """Prints seconds a step of each precision, and their ratio."""
    steps = {}
    for precision in PRECISIONS:
        settings = TrainSettings(
            **PLAIN
            | {
                "backbone": backbone,
                "weights": "none",
                "precision": precision,
                "remat": options.remat,
            }
        )
        steps[precision] = timing.prepared(settings, size)
    seconds = timing.in_turns(steps, options.rounds)
    medians = {name: statistics.median(s) for name, s in seconds.items()}
    print(f"{backbone}, {settings.batch_size} x {size[0]}x{size[1]}:")
    for name, median in medians.items():
        print(f"  {name}: {median:.3f} s/step")
    ratio = timing.median_ratio(seconds["bfloat16"], seconds["float32"])
    print(f"  ratio: {ratio:.3f}", flush=True)


def compare_runs(options) -> None:
    """Prints final mIoUs of both precisions, by seed, and the difference."""
    differences = []
    for seed in range(options.seeds):
        mious = [trained(options, p, seed) for p in PRECISIONS]
        differences.append(mious[1] - mious[0])
        values = ", ".join(
            f"{name} {miou:.2f}"
            for name, miou in zip(PRECISIONS, mious, strict=True)
        )
        print(f"seed {seed}: mIoU {values}", flush=True)
    print(f"mean difference: {statistics.mean(differences):+.2f}")


def trained(options, precision: str, seed: int) -> float:
    """The mIoU (0-100) of a run of `--preset=plain`, but for its size."""
    folder = options.runs / f"advent-{precision}-seed{seed}"
    runs.train(
        folder,
        "--preset=plain",
        *(f"--precision={precision}", f"--seed={seed}"),
        *("--report=false", "--snapshots=0"),
        *(f"--{d}_size={options.size}" for d in ("source", "target")),
        log=True,
    )
    return runs.miou(folder)


if __name__ == "__main__":
    main()
