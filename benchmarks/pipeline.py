"""How many images a second `pair` gives, decoded anew and from memory.

    python -m benchmarks.pipeline --source=streets-sim --target=streets-real
    python -m benchmarks.pipeline --source=FOLDER --target=FOLDER \
        --class_map=configs/airsim_camvid.yaml --size 256 512 --crop 160 256

prints, for samples as they are, with all augmentation, and with each source
style in every source sample, images a second of the clock and milliseconds of
processor time an image. On a machine that does
other work too, compare the latter. Memory is filled before the clock starts.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from benchmarks.parts import timing
from tf_advseg.datasets import DOMAINS
from tf_advseg.datasets import Domain
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.pipeline.styles.source_style import KINDS
from tf_advseg.datasets.pipeline.styles.source_style import SourceStyle

IN_MEMORY = 4 * 2**30
BATCH_SIZE = 4
ROW = "{:17} {:8} {:>10} {:>12}"


def main() -> None:
    """Measures all combinations and prints a table."""
    options = _parse()
    source = _domain(options.source, options.class_map, None)
    target = _domain(options.target, options.class_map, source.class_set)
    size = tuple(options.size)
    crop = tuple(options.crop) if options.crop else None
    augmented = SampleOptions(size, crop, True, (0.5, 1.5), 0.2)
    print(ROW.format("samples", "memory", "images/s", "CPU ms/image"))
    plain = SampleOptions(size)
    rows = {"plain": (plain, None), "all": (augmented, None)}
    rows |= {kind: (plain, SourceStyle(kind, share=1.0)) for kind in KINDS}
    for name, (made, style) in rows.items():
        speeds = []
        for memory, cache_bytes in (("none", 0), ("full", IN_MEMORY)):
            speed, cpu = measure(
                source, target, made, options.batches, cache_bytes, style
            )
            speeds.append(speed)
            row = (name, memory, f"{speed:.0f}", f"{1000 * cpu:.2f}")
            print(ROW.format(*row), flush=True)
        print(f"memory / none: {speeds[1] / speeds[0]:.1f} times as fast")


def measure(
    source: Domain,
    target: Domain,
    options: SampleOptions,
    num_batches: int,
    cache_bytes: int,
    style: SourceStyle | None = None,
) -> tuple[float, float]:
    """Returns images a second, and seconds of processor time an image."""
    batches = iter(
        pair(
            source,
            target,
            source_options=options,
            target_options=options,
            batch_size=BATCH_SIZE,
            seed=0,
            cache_bytes=cache_bytes,
            source_style=style,
        )
    )
    largest = max(len(source.keys("train")), len(target.keys("train")))
    warm_up = largest // BATCH_SIZE + 1 if cache_bytes else 3
    return timing.image_speed(batches, warm_up, num_batches, BATCH_SIZE)


def _domain(name: str, class_map: str | None, class_set) -> Domain:
    if name in DOMAINS:
        return DOMAINS[name]()
    return FolderDomain(name, class_map, class_set)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", default="streets-sim")
    parser.add_argument("--target", default="streets-real")
    parser.add_argument("--class_map")
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--size", type=int, nargs=2, default=(128, 256))
    parser.add_argument("--crop", type=int, nargs=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
