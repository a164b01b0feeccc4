"""Exported artefacts beside a plain PyTorch DeepLab-v2, on one CPU, in turns.

    tf_advseg export --run=RUN --sizes=256x512 --out=FOLDER ...
    python -m benchmarks.latency FOLDER/*.tflite --torch_python=PYTHON

Every competitor is a process that waits for its turn: a round runs each of
them once, so that whatever else the machine does hits all alike. The table
has the median of the rounds, and how many times faster than PyTorch's
ResNet-101 in float32 (benchmarks/beside_torch/deeplab.py) an artefact is.
Image size and number of classes are those of the first artefact.
`--torch_python` names a Python that has torch; the default is this one.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.parts import markdown
from benchmarks.parts import timing
from benchmarks.parts.competitor import Competitor
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.formats.tflite.runtime import TFLiteRuntime

_TORCH = Path(__file__).parent / "beside_torch" / "deeplab.py"


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", help=".tflite artefacts")
    parser.add_argument("--torch_python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.files[0], options.threads)
        return
    competitors = start(options)
    for _ in range(options.rounds):
        for competitor in competitors:
            competitor.take_turn()
    for competitor in competitors:
        competitor.stop()
    print(table(competitors, options))


def start(options: argparse.Namespace) -> list[Competitor]:
    """Starts PyTorch first, then the artefacts."""
    first = read_artefact(options.files[0]).metadata
    height, width = first["size"]
    shape = [height, width, len(first["classes"]), options.threads]
    command = [options.torch_python, str(_TORCH), *map(str, shape)]
    competitors = [Competitor("PyTorch ResNet-101 float32", command)]
    for path in options.files:
        facts = read_artefact(path).metadata
        name = f"{facts['backbone']} {facts['precision']}"
        command = [sys.executable, "-m", "benchmarks.latency", path]
        command += ["--serve", f"--threads={options.threads}"]
        megabytes = Path(path).stat().st_size / 1e6
        competitors.append(Competitor(name, command, megabytes))
    return competitors


def serve(path: str, threads: int) -> None:
    """What an artefact's process does."""
    runtime = TFLiteRuntime(path, threads)
    image = np.random.default_rng(0).integers(
        0, 256, (*runtime.size, 3), np.uint8
    )
    runtime(image)
    print("ready", flush=True)
    for _ in sys.stdin:
        start_time = time.perf_counter()
        runtime(image)
        print(1000 * (time.perf_counter() - start_time), flush=True)


def table(competitors: list[Competitor], options: argparse.Namespace) -> str:
    """The medians as Markdown; speeds relative to the first competitor."""
    facts = read_artefact(options.files[0]).metadata
    baseline = competitors[0].milliseconds
    lines = [
        f"{json.dumps(facts['size'])} (height, width), "
        f"{len(facts['classes'])} classes, {options.threads} threads, "
        f"{options.rounds} rounds\n",
        "| | MB | ms, median | fastest | times PyTorch's speed |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in competitors:
        size = f"{one.megabytes:.2f}" if one.megabytes else ""
        times = statistics.median(one.milliseconds), min(one.milliseconds)
        # Round by round, so that a slow moment of the machine hits both sides.
        ratio = timing.median_ratio(baseline, one.milliseconds)
        numbers = (f"{number:.1f}" for number in (*times, ratio))
        lines.append(markdown.row(one.name, size, *numbers))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
