"""How fast the doctor opens images of GTA5's size.

    python -m benchmarks.check_data_speed

Draws a few streets of 1914 x 1052, writes them as PNG and as JPEG with PNG
labels, opens each many times in as many processes as there are cores, and
extrapolates to 25,000. The files come from the disk's cache: a disk that is
slower than the decoders sets the pace instead. Comparing all images with all
others for near duplicates is measured apart, on random signs.
"""

import argparse
import dataclasses
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

_SIZE = (1052, 1914)
_MANY = 25_000


def main() -> None:
    """Prints one line a format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawn", type=int, default=4, help="images to draw")
    parser.add_argument("--pairs", type=int, default=400, help="of a format")
    parser.add_argument("--processes", type=int, help="default: one a core")
    options = parser.parse_args()
    from tf_advseg.datasets.doctor import file_facts
    from tf_advseg.datasets.doctor.checks import duplicates

    cores = options.processes or os.cpu_count()
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("png", "jpg"):
            pairs = _draw(Path(folder), ending, options.drawn)
            tasks = [
                file_facts.PairTask(str(i), *pairs[i % len(pairs)])
                for i in range(options.pairs)
            ]
            file_facts.scan(tasks[: 2 * cores], cores)  # Fills the cache.
            start, used = time.monotonic(), _cpu_seconds()
            facts = file_facts.scan(tasks, cores)
            rate = len(tasks) / (time.monotonic() - start)
            used = (_cpu_seconds() - used) / len(tasks)
            print(
                f"{ending} {_SIZE[1]} x {_SIZE[0]} with label, {cores} "
                f"processes, their start included: {rate:.1f} pairs/s, "
                f"{_MANY / rate / 60:.1f} minutes for {_MANY:,}; "
                f"{1000 * used:.0f} ms of one core a pair, so on 8 idle "
                f"cores {_MANY * used / 8 / 60:.1f} minutes"
            )
    images = _unlike(facts[0].image)
    start = time.monotonic()
    duplicates.near_duplicates(images)
    seconds = time.monotonic() - start
    print(f"Near duplicates among {_MANY:,} images: {seconds:.1f} s")


def _cpu_seconds() -> float:
    """What ended processes used: on a busy machine, time says little."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _draw(folder: Path, ending: str, num_drawn: int) -> list[tuple[str, str]]:
    from tf_advseg.datasets import StreetsDomain

    domain = StreetsDomain("real", size=_SIZE)
    pairs = []
    for number, key in enumerate(domain.keys("train")[:num_drawn]):
        image = folder / f"{number}.{ending}"
        label = folder / f"{number}_label.png"
        options = {"quality": 92} if ending == "jpg" else {}
        Image.fromarray(domain.read_image(key)).save(image, **options)
        Image.fromarray(domain.read_label(key)).save(label)
        pairs.append((str(image), str(label)))
    return pairs


def _unlike(image) -> list:
    """Many images that have nothing in common."""
    draws = np.random.default_rng(0)
    return [
        dataclasses.replace(
            image,
            sha256=str(i),
            signs=draws.random(64) < 0.5,
            thumb=draws.integers(0, 256, (16, 16), np.uint8),
        )
        for i in range(_MANY)
    ]


if __name__ == "__main__":
    main()
