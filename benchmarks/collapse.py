"""A run that is made to collapse: is it alarmed, and does roll-back save it?

    python -m benchmarks.collapse --runs=runs/collapse

trains AdvEnt on the embedded streets at 64x128 three times with one seed: with
the default target weights, with weights 100 times as large, and with those and
`--on_alarm=rollback`. It prints a table, and the numbers that the alarms go by
at the end of each run. Runs that are there already are not made again.
"""

import argparse
import json
from pathlib import Path

from benchmarks.parts import runs
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.training.callbacks import metrics_log
from tf_advseg.training.health import rules

SIZE = "64x128"
SCALE = PLAIN["target_weight_scale"]
HEAD = ("run", "first alarm", "kind", "roll-backs to step", "mIoU")
RUNS = {
    "healthy": (SCALE, "warn"),
    "weights x100": (100 * SCALE, "warn"),
    "weights x100, roll-back": (100 * SCALE, "rollback"),
}


def main() -> None:
    """Trains what is missing, then prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/collapse"))
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folders = {
        name: options.runs / f"scale{scale:g}-{on_alarm}-{options.seed}"
        for name, (scale, on_alarm) in RUNS.items()
    }
    print("| run | first alarm | kind | roll-backs to step | mIoU |")
    print("| --- | --- | --- | --- | --- |")
    for name, folder in folders.items():
        train(folder, *RUNS[name], options)
        print(row(name, folder), flush=True)
    for name, folder in folders.items():
        print(f"\n{name}, last look: {last_look(folder)}")


def train(folder: Path, scale: float, on_alarm: str, options) -> None:
    """One run in a process of its own."""
    height, width = SIZE.split("x")
    runs.train(
        folder,
        "--preset=plain",
        "--method=advent",
        f"--source=streets-sim(size=({height}, {width}))",
        f"--target=streets-real(size=({height}, {width}))",
        *(f"--source_size={SIZE}", f"--target_size={SIZE}"),
        *(f"--target_weight_scale={scale}", f"--on_alarm={on_alarm}"),
        *(f"--steps={options.steps}", f"--seed={options.seed}"),
        *("--snapshots=0", "--ema_decay=0"),
        log=True,
    )


def row(name: str, folder: Path) -> str:
    """One line of the table."""
    record = json.loads((folder / "alarms.json").read_text())
    alarms, rollbacks = record["alarms"], record["rollbacks"]
    first = f"step {alarms[0]['step']}" if alarms else "none"
    kind = alarms[0]["kind"] if alarms else "-"
    back = ", ".join(str(r["to_step"]) for r in rollbacks) or "-"
    miou = runs.miou(folder)
    return f"| {name} | {first} | {kind} | {back} | {miou:.2f} |"


def last_look(folder: Path) -> str:
    """Accuracies and pull ratios at the end of a run."""
    rows = metrics_log.read(folder / "metrics.csv")
    last = max(step for step, name, _ in rows if name.startswith("health/"))
    look = {name: float(value) for step, name, value in rows if step == last}
    return ", ".join(
        f"{level}: accuracy {rules.accuracy(look, level):.2f}, pull ratio "
        f"{rules.pull_ratio(look, level):.4f}"
        for level in ("main", "aux")
    )


if __name__ == "__main__":
    main()
