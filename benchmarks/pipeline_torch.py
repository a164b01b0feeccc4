"""Our two-domain pipeline beside the papers' PyTorch loaders, in one run.

    python -m benchmarks.pipeline_torch --torch_python=VENV/bin/python

draws streets as PNG files in the layouts and sizes of GTA5 (1914x1052) and
Cityscapes (2048x1024), then measures by turns, round after round:

    torch     `beside_torch/loader.py`: a loader a domain, each with its workers
    direct    `pair`, decoding every image every time
    zip       the same, straight from zip files
    disk      from a filled --cache_dir
    memory    from a filled memory

Source images become 1280x720 with labels, target images 1024x512; batches of
one. The interpreter for PyTorch (2.13) has it and Pillow; ours does not need
it. Prints medians over the rounds, and ratios taken round by round, which
other work on the machine disturbs least.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf

from benchmarks.parts import drawn_data
from benchmarks.parts import timing
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair

SOURCE = SampleOptions(size=(720, 1280))
TARGET = SampleOptions(size=(512, 1024))
WARM_UP = 4
WAYS = ("torch", "direct", "zip", "disk", "memory")
ROW = "{:8} {:>9} {:>13} {:>12} {:>12}"


def main() -> None:
    """Draws, measures, prints."""
    options = _parse()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(options.data or folder)
        drawn_data.draw(data, options.images, tuple(drawn_data.LAYOUTS))
        for name in drawn_data.LAYOUTS:
            archive = data / f"{name}_zip" / f"{name}.zip"
            drawn_data.zip_files(data / name, archive)
        rounds = []
        for number in range(options.rounds):
            rounds.append({w: _measure(w, data, options) for w in options.ways})
            print(f"round {number + 1}: {_line(rounds[-1])}", flush=True)
    _report(rounds)


def _measure(way: str, data: Path, options) -> tuple[float, float]:
    """Images a second, and seconds of processor time an image."""
    if way == "torch":
        loader = Path(__file__).parent / "beside_torch" / "loader.py"
        numbers = [options.workers, options.batches]
        command = [options.torch_python, loader, data, *map(str, numbers)]
        return tuple(json.loads(subprocess.check_output(command)))
    ending = "_zip" if way == "zip" else ""
    dataset = pair(
        NATIVE_DOMAINS["gta5"](data / f"gta5{ending}"),
        NATIVE_DOMAINS["cityscapes"](data / f"cityscapes{ending}"),
        source_options=SOURCE,
        target_options=TARGET,
        batch_size=1,
        seed=0,
        cache_bytes=2**33 if way == "memory" else 0,
        cache_dir=data / "cache" if way == "disk" else None,
    )
    threads = tf.data.Options()
    threads.threading.private_threadpool_size = options.workers
    batches = iter(dataset.with_options(threads))
    is_kept = way in ("disk", "memory")
    warm_up = 2 * options.images + WARM_UP if is_kept else WARM_UP
    return timing.image_speed(batches, warm_up, options.batches, 1)


def _line(measured: dict) -> str:
    return ", ".join(f"{w} {s:.1f}/s" for w, (s, _) in measured.items())


def _report(rounds: list[dict]) -> None:
    print()
    print(
        ROW.format("", "images/s", "CPU ms/image", "speed ratio", "CPU ratio")
    )
    for way in rounds[0]:
        speeds = [one[way][0] for one in rounds]
        used = [one[way][1] for one in rounds]
        row = [way, f"{_median(speeds):.1f}", f"{1000 * _median(used):.1f}"]
        if "torch" in rounds[0]:
            torch_speeds, torch_used = zip(
                *(one["torch"] for one in rounds), strict=True
            )
            faster = timing.median_ratio(speeds, torch_speeds)
            thriftier = timing.median_ratio(torch_used, used)
            row += [f"{faster:.2f}", f"{thriftier:.2f}"]
        print(ROW.format(*row, *[""] * (5 - len(row))))


_median = statistics.median


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--torch_python", default="python")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--data", help="where images are drawn, and kept")
    parser.add_argument("--images", type=int, default=8, help="a domain")
    parser.add_argument("--batches", type=int, default=40, help="a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ways", nargs="+", default=WAYS, choices=WAYS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
