"""Stands in for `tf_advseg train` and `select`: files, and no network.

    python toy_trainer.py train --run=FOLDER --method=NAME ...
    python toy_trainer.py select FOLDER

A run of the method `broken` fails. One of `endless` trains until it is told
to end, and ends at once when it is resumed. `calls.txt` beside the folder
gets a line a call.
"""

import json
import signal
import sys
import time
from pathlib import Path

from tf_advseg.settings.train import TrainSettings

WORTH = {"source_only": 0.4, "advent": 0.45, "target_oracle": 0.6}


def main(command, *words):
    if command == "select":
        select(Path(words[0]))
        return 0
    flags = dict(word.removeprefix("--").split("=", 1) for word in words)
    folder, method = Path(flags["run"]), flags.get("method", "advent")
    note(folder, f"train {method}")
    if method == "broken":
        print("error: it does not work", file=sys.stderr)
        return 1
    folder.mkdir(exist_ok=True)
    kept = {**vars(TrainSettings()), **flags}
    kept |= {name: int(kept[name]) for name in ("steps", "seed")}
    write(folder / "config.json", kept)
    checkpoint = folder / "checkpoint"
    if method == "endless" and not checkpoint.exists():
        checkpoint.touch()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        while True:
            time.sleep(0.05)
    (folder / "snapshots").mkdir()
    finish(folder, WORTH.get(method, 0.3) + 0.01 * kept["seed"])
    return 0


def finish(folder, miou):
    iou = {"road": miou, "pole": None}
    candidate = {
        "file": "snapshots/step_000001.keras",
        "step": 1,
        "weights": "raw",
        "scores": {"source_miou": miou},
        "miou": None,
    }
    facts = {"tf_advseg": "0", "tensorflow": "0"}
    chosen = {"miou": miou + 0.005, "iou": iou}
    write(folder / "environment.json", facts)
    write(folder / "data.json", {"format": 1, "source": {"id": "abc"}})
    write(
        folder / "selection.json",
        {"chosen": candidate["file"], "candidates": [candidate]},
    )
    write(folder / "metrics_best.json", chosen)
    write(folder / "metrics.json", {"miou": miou, "iou": iou})


def select(folder):
    note(folder, "select")
    selection = json.loads((folder / "selection.json").read_text())
    metrics = json.loads((folder / "metrics.json").read_text())
    selection["candidates"][0]["miou"] = metrics["miou"] + 0.02
    write(folder / "selection.json", selection)


def note(folder, text):
    with open(folder.parent / "calls.txt", "a") as file:
        file.write(f"{folder.name}: {text}\n")


def write(path, value):
    path.write_text(json.dumps(value))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
