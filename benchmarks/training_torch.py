"""The training step beside the same step in plain PyTorch, in one run.

    python -m benchmarks.training_torch --torch_python=VENV/bin/python

For each case, both programs stand ready in processes of their own and make one
update of ADVENT by turns, round after round (`beside_torch/training.py` and
`our_training.py`: the same layers, losses and order). Beside them runs
the ceiling: a product of matrices in the same precision, and a copy of memory.
PyTorch counts the operations of its step, which are ours too.

A row has the medians, the ratio of speeds (above 1: we are faster; median of
the rounds, lowest and highest), peak memory of both processes, and the share
of the ceiling that our step reaches. The interpreter for PyTorch has torch and
timm (`pip install torch timm`), and nothing of this package.
"""

import argparse
import dataclasses
import json
import os
import platform
import sys
from pathlib import Path

from benchmarks.parts import markdown
from benchmarks.parts.competitor import Competitor
from benchmarks.parts.competitor import race
from benchmarks.parts.competitor import ratio_told

_PROGRAMS = Path(__file__).parent / "beside_torch"


@dataclasses.dataclass(frozen=True)
class Case:
    """One row: a network, its images and its precision.

    Attributes:
        frozen: Whether batch norm keeps its statistics, scales and shifts.
        channels_last: How PyTorch keeps its maps; ours are always so.
    """

    network: str
    height: int
    width: int
    batch: int
    precision: str = "float32"
    frozen: bool = True
    channels_last: bool = False
    classes: int = 19

    def __str__(self):
        size = f"{self.batch}+{self.batch} of {self.height}x{self.width}"
        layout = ", PyTorch channels_last" if self.channels_last else ""
        return f"{self.network}, {size}, {self.precision}{layout}"


_RESNET = Case("resnet101", 321, 321, 1)
_LITE = Case("efficientnet_lite0", 160, 256, 4, frozen=False)
CASES = {
    f"{name}-{precision}{ending}": dataclasses.replace(
        case, precision=precision, channels_last=bool(ending)
    )
    for name, case in (("resnet101", _RESNET), ("lite0", _LITE))
    for precision in ("float32", "bfloat16")
    for ending in ("", "-channels_last")
}


def main() -> None:
    """Measures case by case, and prints a row as soon as it is there."""
    options = _parse()
    print(_machine(options), flush=True)
    print(
        "\n| update | ours, ms | PyTorch, ms | ratio | memory, MB: ours, "
        "PyTorch | operations, 1e9 | share of the ceiling: ours, PyTorch |\n"
        "| --- | --- | --- | --- | --- | --- | --- |"
    )
    for name in options.cases:
        print(row(CASES[name], options), flush=True)


def row(case: Case, options: argparse.Namespace) -> str:
    """Makes the updates of a case by turns."""
    facts = json.dumps(dataclasses.asdict(case) | {"threads": options.threads})
    python, threads = options.torch_python, str(options.threads)
    script = [python, str(_PROGRAMS / "ceiling.py")]
    ours = Competitor(
        "ours",
        [sys.executable, "-m", "benchmarks.beside_torch.our_training", facts],
    )
    theirs = Competitor(
        "PyTorch", [python, str(_PROGRAMS / "training.py"), facts]
    )
    ceiling = Competitor("ceiling", [*script, case.precision, threads])
    memory = race((ours, theirs, ceiling), options.rounds)
    operations = theirs.facts["operations"]
    best = ceiling.facts["operations"] / min(ceiling.milliseconds)
    shares = (f"{operations / one.median / best:.0%}" for one in (ours, theirs))
    return markdown.row(
        str(case),
        *(f"{one.median:.0f}" for one in (ours, theirs)),
        ratio_told(ours, theirs),
        ", ".join(map(str, memory[:2])),
        f"{operations / 1e9:.0f}",
        ", ".join(shares),
    )


def _machine(options: argparse.Namespace) -> str:
    """Versions, threads, and how fast memory is copied."""
    copy = Competitor(
        "copy",
        [
            options.torch_python,
            str(_PROGRAMS / "ceiling.py"),
            *("copy", str(options.threads)),
        ],
    )
    for _ in range(options.rounds):
        copy.take_turn()
    copy.stop()
    rate = copy.facts["operations"] / min(copy.milliseconds) / 1e6
    return (
        f"Python {platform.python_version()}, {options.threads} threads on "
        f"{os.cpu_count()} cores, {options.rounds} rounds; memory is copied "
        f"at {rate:.1f} GB/s, read and written."
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--torch_python", default="python")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--cases", nargs="+", default=list(CASES), choices=list(CASES)
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
