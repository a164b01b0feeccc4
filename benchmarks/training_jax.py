"""The training step on a graphics card: Keras on JAX beside plain PyTorch.

    python -m benchmarks.training_jax --python=VENV/bin/python

For machines where TensorFlow is not, or not for the card: the interpreter has
jax, keras and torch, each for the card, and nothing of this package. Both
programs (`beside_torch/keras_on_jax.py` and `training.py`) stand ready in
processes of their own and make the same update of ADVENT on ResNet-101 by
turns. `--device=cpu --cases trial-float32` shows that they do, and nothing of a
card.
"""

import argparse
import dataclasses
import json
import os
from pathlib import Path

from benchmarks.parts import markdown
from benchmarks.parts.competitor import Competitor
from benchmarks.parts.competitor import race
from benchmarks.parts.competitor import ratio_told
from benchmarks.training_torch import Case

_PROGRAMS = Path(__file__).parent / "beside_torch"
_SIZES = {
    "small": (321, 321, 1),
    "large": (512, 1024, 2),
    "trial": (65, 65, 1),
}
CASES = {
    f"{name}-{precision}": Case("resnet101", *size, precision)
    for name, size in _SIZES.items()
    for precision in ("float32", "bfloat16")
}


def main() -> None:
    """Measures case by case, and prints a row as soon as it is there."""
    options = _parse()
    # Both share the card; JAX would take most of its memory at once.
    os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    os.environ["JAX_PLATFORMS"] = options.device
    print(
        "| update | device | Keras on JAX, ms | PyTorch, ms | ratio |\n"
        "| --- | --- | --- | --- | --- |",
        flush=True,
    )
    for name in options.cases:
        print(row(CASES[name], options), flush=True)


def row(case: Case, options: argparse.Namespace) -> str:
    """Makes the updates of a case by turns."""
    facts = json.dumps(
        dataclasses.asdict(case)
        | {"threads": os.cpu_count(), "device": options.device}
    )
    both = [
        Competitor(name, [options.python, str(_PROGRAMS / program), facts])
        for name, program in (
            ("Keras on JAX", "keras_on_jax.py"),
            ("PyTorch", "training.py"),
        )
    ]
    race(both, options.rounds)
    ours, theirs = both
    versions = ", ".join(f"{o.name} {o.facts['is']}" for o in both)
    return markdown.row(
        f"{case} ({versions})",
        ours.facts["device"],
        *(f"{one.median:.1f}" for one in both),
        ratio_told(ours, theirs),
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--python", default="python")
    add("--device", default="cuda", choices=["cuda", "cpu"])
    add("--rounds", type=int, default=9)
    usual = [name for name in CASES if not name.startswith("trial")]
    add("--cases", nargs="+", default=usual, choices=list(CASES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
