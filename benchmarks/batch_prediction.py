"""A thousand images with Beam, killed half way, against plain `predict`.

    python -m benchmarks.batch_prediction --model=runs/RUN --input=photos \\
        --images=1000 --out=/tmp/batch

predicts the images with `tf_advseg predict`, then with --runner=beam: that
process gets SIGKILL when half of the shards are finished and is started
again. Every output of the two runs must be there once and be equal, byte for
byte; else the exit status is 1. Prints counts, seconds and their ratio. Needs
the extra `beam`.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tf_advseg.prediction import find_inputs

KINDS = ("ids", "classes", "overlay")


def main() -> int:
    """Runs both and compares; returns the exit status."""
    options = parse()
    shutil.rmtree(options.out, ignore_errors=True)
    photos = options.out / "photos"
    count = link_images(options.input, photos, options.images)
    plain, sharded = options.out / "plain", options.out / "sharded"
    seconds_plain = run(options, photos, plain)
    shards = -(-count // options.shard_size)
    killed_at = kill_half_way(options, photos, sharded, shards // 2)
    seconds_rest = run(options, photos, sharded, "--runner=beam")
    expected, found = outputs(plain), outputs(sharded)
    differing = [p for p in expected if expected[p] != found.get(p)]
    print(
        f"{count} images, {shards} shards of {options.shard_size}; killed "
        f"after {killed_at}; {len(expected)} outputs expected, {len(found)} "
        f"found, {len(differing)} differ"
    )
    print(
        f"plain {seconds_plain:.1f} s; the rest after the kill "
        f"{seconds_rest:.1f} s, ratio {seconds_rest / seconds_plain:.2f}"
    )
    return 1 if differing or len(found) != len(expected) else 0


def link_images(source: str, folder: Path, most: int) -> int:
    """Makes a folder with the first images of another; says how many."""
    files = find_inputs(source)[:most]
    for file in files:
        link = folder / f"{file.name}{file.path.suffix}"
        link.parent.mkdir(parents=True, exist_ok=True)
        os.symlink(file.path.resolve(), link)
    return len(files)


def command(options, photos: Path, out: Path, *more: str) -> list[str]:
    """The command line of one prediction."""
    return [
        *(sys.executable, "-m", "tf_advseg", "predict"),
        f"--model={options.model}",
        f"--input={photos}",
        f"--out={out}",
        f"--save={','.join(KINDS)}",
        f"--shard_size={options.shard_size}",
        *more,
    ]


def run(options, photos: Path, out: Path, *more: str) -> float:
    """Predicts to the end; returns seconds, start-up included."""
    start = time.perf_counter()
    subprocess.run(command(options, photos, out, *more), check=True)
    return time.perf_counter() - start


def kill_half_way(options, photos: Path, out: Path, records: int) -> int:
    """Starts Beam and kills it; returns how many shards were finished."""
    line = command(options, photos, out, "--runner=beam")
    process = subprocess.Popen(line)
    while num_records(out) < records:
        if process.poll() is not None:
            raise SystemExit("The run ended before it was killed.")
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return num_records(out)


def num_records(out: Path) -> int:
    """Shards that are finished."""
    return len([p for p in out.glob("shards/*") if p.name[0] != "."])


def outputs(out: Path) -> dict[str, bytes]:
    """Every output's bytes by its path; names with a dot count, too."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for kind in KINDS
        for path in (out / kind).rglob("*")
        if path.is_file()
    }


def parse() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--model", required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--shard_size", type=int, default=25)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
