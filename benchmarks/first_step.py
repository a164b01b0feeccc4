"""How long who types the demo's command waits for a word, and for a number.

    python -m benchmarks.first_step --rounds=3

runs `tf_advseg train --method=advent` in a terminal of its own and takes the
time until the first line and until the first step's number stand there, in
seconds, and in seconds of processor: other work on the machine counts for the
first alone. The run is ended then, and its folder removed.
"""

import argparse
import os
import sys
import tempfile

from benchmarks.parts.in_terminal import interrupt_at
from benchmarks.parts.in_terminal import watch

FIRST_STEP = r"\b[1-9]\d*/600\b"
MOMENTS = {"first line": r"\S", "first step": FIRST_STEP}


def main() -> None:
    """Prints one line a round and moment."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            seen = watch(
                [sys.executable, "-m", "tf_advseg", "train"]
                + ["--method=advent", "--compare=none", f"--run={folder}/run"],
                act=interrupt_at(FIRST_STEP),
            )
        for name, pattern in MOMENTS.items():
            found = seen.first(pattern)
            said = "never"
            if found:
                said = f"{found[0]:.1f} s, {found[1]:.1f} s of processor"
            print(f"round {number + 1}: {name}: {said}", flush=True)


if __name__ == "__main__":
    main()
