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
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_advseg.experiment import making as experiment
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.compiled_steps import replicated_step
from tf_advseg.training.distributed.strategies import make_strategy

PRECISIONS = ("float32", "bfloat16")
BACKBONES = {"efficientnet_lite0": (128, 256), "resnet50": (129, 257)}
CLASSES = [f"class_{index}" for index in range(11)]


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
            backbone=backbone,
            weights="none",
            precision=precision,
            remat=options.remat,
        )
        steps[precision] = prepared(settings, size)
    seconds = {name: [] for name in steps}
    for _ in range(options.rounds):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(s) for name, s in seconds.items()}
    print(f"{backbone}, {settings.batch_size} x {size[0]}x{size[1]}:")
    for name, median in medians.items():
        print(f"  {name}: {median:.3f} s/step")
    ratios = [
        half / full
        for full, half in zip(*(seconds[p] for p in PRECISIONS), strict=True)
    ]
    print(f"  ratio: {statistics.median(ratios):.3f}", flush=True)


def prepared(settings: TrainSettings, size: tuple[int, int]):
    """A function that makes one warm training step."""
    strategy = make_strategy("one_device")
    with strategy.scope():
        model = experiment.make_model(
            settings, experiment.scaled(settings), CLASSES
        )
    step = replicated_step(model, strategy)
    rng = np.random.default_rng(0)
    shape = (settings.batch_size, *size)
    images = tf.constant(rng.uniform(0, 255, (*shape, 3)), tf.float32)
    labels = tf.constant(rng.integers(0, len(CLASSES), shape), tf.int32)
    batch = ({"source": images, "target": images}, labels)
    for _ in range(2):
        step(batch)
    return lambda: float(step(batch)["loss"])


def compare_runs(options) -> None:
    """Prints final mIoUs of both precisions, by seed, and the difference."""
    options.runs.mkdir(parents=True, exist_ok=True)
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
    """The mIoU (0-100) of a run with the default settings, but for its size."""
    folder = options.runs / f"advent-{precision}-seed{seed}"
    if not (folder / "metrics.json").exists():
        command = [
            *(sys.executable, "-m", "tf_advseg", "train", "--resume"),
            *(f"--precision={precision}", f"--seed={seed}", f"--run={folder}"),
            *("--compare=none", "--report=false", "--snapshots=0"),
            *(f"--{d}_size={options.size}" for d in ("source", "target")),
        ]
        with open(f"{folder}.log", "w", encoding="utf-8") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log)
    return 100 * json.loads((folder / "metrics.json").read_text())["miou"]


if __name__ == "__main__":
    main()
