"""The figures of finished runs on the streets, kept from one day to another.

Thirty runs take hours; folders of runs are not kept for ever, and a table
should not lose what was measured. `recorded/streets_methods.json` holds, by
method and seed, mIoU and IoUs (0 to 1) of the weights after the last step,
the mIoU of the chosen weights, and where the figures come from.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tf_advseg.runs.folder import RunFolder

RECORD = Path(__file__).parents[1] / "recorded" / "streets_methods.json"

Figures = dict[str, dict[int, dict]]
"""By method, then by seed."""


def read() -> Figures:
    """What was recorded so far."""
    if not RECORD.exists():
        return {}
    found = json.loads(RECORD.read_text(encoding="utf-8"))
    return {
        method: {int(seed): figures for seed, figures in by_seed.items()}
        for method, by_seed in found.items()
    }


def add(found: Iterable[tuple[str, int, Path]], origin: str) -> Figures:
    """Takes the figures of finished runs into the record.

    Args:
        found: Method, seed and folder of each.
        origin: Where they were made: the processor, say.

    Returns:
        All that is recorded now.
    """
    record = read()
    for method, seed, path in found:
        of_run = {**figures_of(RunFolder(path)), "origin": origin}
        before = record.setdefault(method, {}).get(seed, {})
        if {**before, "origin": origin} != of_run:
            record[method][seed] = of_run
    RECORD.parent.mkdir(exist_ok=True)
    text = json.dumps(record, indent=1)
    RECORD.write_text(text + "\n", encoding="utf-8")
    return record


def figures_of(run: RunFolder) -> dict:
    """mIoU, IoUs by class, and the chosen weights' mIoU if it is known."""
    last = json.loads(run.metrics_json.read_text(encoding="utf-8"))
    figures = {"miou": last["miou"], "iou": last["iou"]}
    if run.metrics_best_json.exists():
        chosen = json.loads(run.metrics_best_json.read_text(encoding="utf-8"))
        figures["chosen_miou"] = chosen["miou"]
    return figures
