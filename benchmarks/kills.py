"""Commands that are killed at random moments leave nothing half.

    python -m benchmarks.kills --runs=/tmp/kills --kills=20
    python -m benchmarks.kills --runs=/tmp/kills --commands=predict,convert

Of `export`, `publish`, `predict` and `convert` what is there at death and
after the command was given again is looked at (`parts/command_kills.py`).
Training that was killed must end as if it had not been: the benchmark
trains on the embedded streets once without a kill. Then it trains the same
again and again: each run is killed at a random moment of its life, goes on
with --resume, and is held against the first one, bit for bit: weights of all
models, the newest checkpoint (networks, optimizers, averages, alarms, logs)
and the texts, `metrics.csv` above all. First with SIGKILL, then with SIGTERM.

Two moments of three are at an operation on the run's files, half of these a
little after it, when TensorFlow writes; the others are at a random time.
"""

import argparse
import dataclasses
import json
import random
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.parts import command_kills
from tf_advseg.base.files.state_files import StateFiles
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

SETTINGS = TrainSettings(
    **PLAIN
    | {
        "source": "streets-sim(size=(32, 64), train=4, val=2)",
        "target": "streets-real(size=(32, 64), train=4, val=2)",
        "source_size": "32x64",
        "target_size": "32x64",
        "weights": "none",
        "steps": 8,
        # They share no factor: what waits for a log crosses checkpoints.
        "log_every": 3,
        "health_every": 2,
        "checkpoint_every": 2,
        "eval_every": 4,
        "snapshots": 3,
        "on_alarm": "rollback",
        "select_images": 4,
        "select_source_images": 2,
        "discriminator_width": 8,
        "compare": "none",
    }
)
TEXTS = (
    "metrics.csv",
    "metrics.json",
    "metrics_best.json",
    "selection.json",
    "alarms.json",
    "iou.txt",
    "snapshots/scores.json",
)


class Trainer:
    """Trains in processes that can be told when to die.

    Args:
        network: `small`, or `default` for the command's own.
    """

    def __init__(self, network: str = "small"):
        self.network = network
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.parts.mortal_training"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        self._server.stdout.readline()

    def __enter__(self) -> "Trainer":
        return self

    def __exit__(self, *error) -> None:
        self._server.stdin.close()
        self._server.wait()

    def live_command(
        self,
        arguments: list[str],
        folder: Path,
        signal: int = signal.SIGKILL,
        event: int = 0,
        delay: float = 0.0,
        seconds: float | None = None,
    ) -> dict:
        """Runs a command line to its end or death; says how it ended."""
        return self._send(
            {
                "arguments": arguments,
                "folder": str(folder),
                "log": f"{folder}.log",
                "signal": int(signal),
                "event": event,
                "delay": delay,
                "seconds": seconds,
            }
        )

    def live(
        self,
        run: Path,
        number: int = signal.SIGKILL,
        event: int = 0,
        delay: float = 0.0,
        seconds: float | None = None,
        **changes,
    ) -> dict:
        """Trains to the end or to the death; says how it ended."""
        settings = dataclasses.replace(
            SETTINGS, run=str(run), resume=True, **changes
        )
        return self._send(
            {
                "settings": dataclasses.asdict(settings),
                "network": self.network,
                "log": f"{run}.log",
                "signal": int(number),
                "event": event,
                "delay": delay,
                "seconds": seconds,
            }
        )

    def _send(self, order: dict) -> dict:
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())


def events_of(run: Path) -> int:
    """How many events a finished life had."""
    return int(Path(f"{run}.log").read_text().rpartition("events: ")[2])


def moments(
    count: int, events: int, seconds: float, seed: int = 0
) -> list[dict]:
    """Random moments of a life of so many events and seconds."""
    chance = random.Random(seed)
    drawn = []
    for index in range(count):
        if index % 3 == 2:
            drawn.append({"seconds": chance.uniform(0, seconds)})
        else:
            delay = chance.uniform(0, 0.3) if index % 3 else 0.0
            event = chance.randint(1, events)
            drawn.append({"event": event, "delay": delay})
    return drawn


def differences(run: Path, whole: Path) -> list[str]:
    """What of a run is not bit-equal to that of another."""
    found = [
        name
        for name in TEXTS
        if (run / name).read_bytes() != (whole / name).read_bytes()
    ]
    ours, theirs = _arrays(run), _arrays(whole)
    found += sorted(ours.keys() ^ theirs.keys())
    for name in sorted(ours.keys() & theirs.keys()):
        if not np.array_equal(ours[name], theirs[name]):
            found.append(name)
    return found


def _arrays(run: Path) -> dict[str, np.ndarray]:
    """Every array of a run's models and of its newest checkpoint."""
    import tensorflow as tf

    arrays = {}
    for path in sorted(run.rglob("*.keras")):
        model = path.relative_to(run)
        for name, array in _model_arrays(path):
            arrays[f"{model}:{name}"] = array
    state = StateFiles(run / "checkpoints").states()[-1]
    reader = tf.train.load_checkpoint(str(state.prefix))
    for name in reader.get_variable_to_shape_map():
        if not name.startswith("_CHECKPOINTABLE"):
            arrays[f"checkpoint:{name}"] = reader.get_tensor(name)
    return arrays


def _model_arrays(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    import h5py

    with (
        zipfile.ZipFile(path) as archive,
        archive.open("model.weights.h5") as member,
        h5py.File(member) as file,
    ):
        names = []
        file.visit(names.append)
        for name in names:
            if isinstance(file[name], h5py.Dataset):
                yield name, np.asarray(file[name])


def main() -> None:
    """Trains, kills, resumes, compares; prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/kills"))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--commands", default="export,publish,predict,convert,train"
    )
    parser.add_argument(
        "--network", choices=("small", "default"), default="small"
    )
    options = parser.parse_args()
    options.runs.mkdir(parents=True)
    names = options.commands.split(",")
    with Trainer(options.network) as trainer:
        if names != ["train"]:
            _kill_commands(trainer, names, options)
        if "train" in names:
            _kill_trainings(trainer, options)


def _kill_commands(trainer, names, options) -> None:
    inputs = options.runs / "inputs"
    inputs.mkdir()
    # In a process of its own: what is forked must not have run TensorFlow.
    program = (
        "from benchmarks.parts.command_kills import make_inputs\n"
        f"from pathlib import Path\nmake_inputs(Path({str(inputs)!r}))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

    def moments_of(whole, life, number):
        return moments(
            options.kills,
            events_of(whole),
            life["seconds"],
            options.seed + number,
        )

    print("| command | signal | killed at | status | at death | after it |")
    print("| --- | --- | --- | --- | --- | --- |")
    for case in command_kills.make_cases(inputs):
        if case.name == "publish" and "publish" in names:
            export = command_kills.make_cases(inputs)[0]
            out = inputs / "exported"
            end = trainer.live_command(export.arguments(out), out)
            assert end["status"] == 0, f"{out}.log"
        if case.name in names:
            for row in command_kills.rows(
                case, trainer.live_command, options.runs, moments_of
            ):
                print(row, flush=True)


def _kill_trainings(trainer, options) -> None:
    print("| signal | killed at | died at step | differs in |")
    print("| --- | --- | --- | --- |")
    whole = options.runs / "whole"
    life = trainer.live(whole)
    assert life["status"] == 0, f"{whole}.log"
    for number in (signal.SIGKILL, signal.SIGTERM):
        drawn = moments(
            options.kills,
            events_of(whole),
            life["seconds"],
            options.seed + number,
        )
        for index, moment in enumerate(drawn):
            run = options.runs / f"{number.name}-{index}"
            print(_row(trainer, run, whole, number, moment), flush=True)


def _row(trainer, run, whole, number, moment) -> str:
    end = trainer.live(run, number, **moment)
    states = StateFiles(run / "checkpoints").states()
    step = states[-1].step if states else 0
    again = trainer.live(run)
    assert again["status"] == 0, f"{run}.log"
    when = ", ".join(f"{k} {v:.3g}" for k, v in moment.items())
    found = differences(run, whole)
    return (
        f"| {number.name} | {when} | {end['status']}, checkpoint {step} | "
        f"{', '.join(found) or 'nothing'} |"
    )


if __name__ == "__main__":
    main()
