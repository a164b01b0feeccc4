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
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.parts import command_kills
from benchmarks.parts.mortal_lives import Trainer
from benchmarks.parts.mortal_lives import events_of
from benchmarks.parts.mortal_lives import moments
from benchmarks.parts.same_run import differences
from tf_advseg.base.files.state_files import StateFiles


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
