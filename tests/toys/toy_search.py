"""Studies whose trials are judged without training.

As a program it works on one: FOLDER COUNT SECONDS, the last to sleep a trial.
"""

import json
import sys
import time
from pathlib import Path

from optuna.distributions import FloatDistribution

from tf_advseg.search.search import search
from tf_advseg.search.study import Study
from tf_advseg.search.trial_run import Outcome
from tf_advseg.settings.train import TrainSettings

SPACE = {"learning_rate": FloatDistribution(1e-4, 1e-2, log=True)}
BASE = TrainSettings(steps=100)
DEFAULTS = {"learning_rate": 1e-3}


def study(folder: Path, **changes) -> Study:
    given = {
        "space": SPACE,
        "fixed": {"steps": 100},
        "objective": "agreement",
        "first": DEFAULTS,
        **changes,
    }
    return Study(folder, **given)


def finish(run: Path, source_miou=0.64, flip_agreement=0.25) -> None:
    """Writes what a finished run leaves, as far as it is judged by it."""
    run.mkdir(parents=True, exist_ok=True)
    scores = {"source_miou": source_miou, "flip_agreement": flip_agreement}
    candidate = {"file": "snapshots/step_000100.keras", "scores": scores}
    record = {"chosen": candidate["file"], "candidates": [candidate]}
    (run / "selection.json").write_text(json.dumps(record))
    (run / "finished.json").write_text("{}")


def write_moments(run: Path, values: dict[int, float]) -> None:
    """Writes snapshots with scores, by step; agreement is the value."""
    folder = run / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    scores = {}
    for step, value in values.items():
        name = f"step_{step:06d}.keras"
        (folder / name).touch()
        scores[name] = {"source_miou": value, "flip_agreement": value}
    book = {"conditions": {}, "scores": scores}
    (folder / "scores.json").write_text(json.dumps(book))


def flag(arguments: list[str], name: str, default: str = "") -> str:
    """The value of a flag in a command."""
    found = [a for a in arguments if a.startswith(f"--{name}=")]
    return found[-1].partition("=")[2] if found else default


def trainer(seconds: float = 0.0):
    """A runner: each trial is as good as its rate is small."""

    def run(arguments, log, is_hopeless):
        folder = Path(flag(arguments, "run"))
        rate = float(flag(arguments, "learning_rate", "1e-3"))
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "a") as file:
            file.write("begun\n")
        time.sleep(seconds)
        finish(folder, source_miou=1 - rate)
        return Outcome.DONE, 0

    return run


if __name__ == "__main__":
    folder, count, seconds = sys.argv[1:]
    mine = study(Path(folder))
    search(
        mine,
        BASE,
        int(count),
        lambda t: print(t, flush=True),
        trainer(float(seconds)),
    )
