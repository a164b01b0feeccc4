"""How long the door takes to say what needs no TensorFlow.

    python -m benchmarks.start_up --rounds=20

Starts `python -c pass` and a few command lines in turn, so that all meet the
same machine, and prints the median of each and its ratio to the first.
"""

import argparse
import statistics
import subprocess
import sys
import time

_NOTHING = ("-c", "pass")
_DOOR = ("-m", "tf_advseg")
LINES = {
    "python -c pass": _NOTHING,
    "tf_advseg --help": (*_DOOR, "--help"),
    "tf_advseg train --help": (*_DOOR, "train", "--help"),
    "tf_advseg train --metod=advent": (*_DOOR, "train", "--metod=advent"),
    "tf_advseg train --method=advnt": (*_DOOR, "train", "--method=advnt"),
}


def main() -> None:
    """Prints one line a command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    seconds = {name: [] for name in LINES}
    for _ in range(options.rounds):
        for name, arguments in LINES.items():
            seconds[name].append(_seconds(arguments))
    medians = {name: statistics.median(all_) for name, all_ in seconds.items()}
    nothing = medians["python -c pass"]
    for name, median in medians.items():
        print(f"{name:32} {median:.3f} s  {median / nothing:5.1f} x")


def _seconds(arguments: tuple[str, ...]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
