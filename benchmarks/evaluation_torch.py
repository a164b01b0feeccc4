"""Evaluation from files to IoU beside the papers' way in PyTorch, in one run.

    python -m benchmarks.evaluation_torch --torch_python=VENV/bin/python

draws streets as PNG files in the layout and size of Cityscapes (2048x1024),
then both programs evaluate a DeepLab-v2 on them by turns, round after round
(`beside_torch/evaluating.py` and `our_evaluating.py`): images become 1024x512,
classes are compared at 2048x1024. A row has the medians of the processor's
time an image, and the ratio (above 1: we need less; median of the rounds,
lowest and highest). The interpreter for PyTorch has torch, timm and Pillow.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.parts import drawn_data
from benchmarks.parts import markdown
from benchmarks.parts.competitor import Competitor
from benchmarks.parts.competitor import race
from benchmarks.parts.competitor import ratio_told
from benchmarks.training_torch import Case

_PROGRAM = Path(__file__).parent / "beside_torch" / "evaluating.py"
_NETWORKS = {"resnet101": "resnet101", "lite0": "efficientnet_lite0"}
CASES = {
    f"{name}{ending}": Case(network, 512, 1024, 1, channels_last=bool(ending))
    for name, network in _NETWORKS.items()
    for ending in ("", "-channels_last")
}


def main() -> None:
    """Measures case by case, and prints a row as soon as it is there."""
    options = _parse()
    print(
        "| evaluation | ours, ms | PyTorch, ms | ratio | memory, MB: ours, "
        "PyTorch |\n| --- | --- | --- | --- | --- |",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        data = Path(options.data or folder)
        drawn_data.draw(data, options.images, ["cityscapes"])
        for name in options.cases:
            case = CASES[name]
            facts = dataclasses.asdict(case) | {
                "threads": options.threads,
                "data": str(data / "cityscapes"),
            }
            print(row(case, json.dumps(facts), options), flush=True)


def row(case: Case, facts: str, options: argparse.Namespace) -> str:
    """Evaluates all images by turns."""
    module = "benchmarks.beside_torch.our_evaluating"
    both = (
        Competitor("ours", [sys.executable, "-m", module, facts]),
        Competitor("PyTorch", [options.torch_python, str(_PROGRAM), facts]),
    )
    memory = race(both, options.rounds)
    ours, theirs = both
    return markdown.row(
        f"{case.network}{', PyTorch channels_last' * case.channels_last}",
        *(f"{one.median / options.images:.0f}" for one in both),
        ratio_told(ours, theirs),
        ", ".join(map(str, memory)),
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--torch_python", default="python")
    add("--data", help="where images are drawn, and kept")
    add("--images", type=int, default=6)
    add("--rounds", type=int, default=5)
    add("--threads", type=int, default=2)
    add("--cases", nargs="+", default=list(CASES), choices=list(CASES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
