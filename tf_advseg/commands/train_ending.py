"""What a person sees when training is over: a table, and what to type next."""

import shlex
import shutil
import sys
from pathlib import Path

from rich import box
from rich.table import Table

from tf_advseg.base.terminal.console import Console
from tf_advseg.commands.report import REPORT_FILE
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.runs.result import RunResult
from tf_advseg.settings.train import TrainSettings

NO_FOLDER = "PHOTOS"
"""Stands for photos of the user's own, where the target is no folder."""


def show(settings: TrainSettings, results: dict[str, RunResult]) -> None:
    """Draws the table on standard output, and prints three commands.

    Args:
        settings: Of the run.
        results: By method; the run's own is the last.
    """
    console = Console()
    console.print(table(results))
    console.print("Next:", style="bold")
    for why, command in next_commands(settings, results):
        console.print(f"  # {why}", style="dim")
        console.print(f"  {command}")


def table(results: dict[str, RunResult]) -> Table:
    """One row a run: its models, how one was chosen, what they are worth."""
    found = Table(box=box.SIMPLE_HEAD)
    found.add_column("method", style="bold")
    labelled = any(result.chosen is not None for result in results.values())
    if labelled:
        found.add_column("mIoU of best.keras", justify="right", style="green")
        found.add_column("last.keras", justify="right")
    found.add_column("best.keras chosen by")
    for name, result in results.items():
        worth = [_percent(result.chosen), _percent(result.evaluation)]
        found.add_row(name, *(worth if labelled else []), result.chosen_by)
    return found


def next_commands(
    settings: TrainSettings, results: dict[str, RunResult]
) -> list[tuple[str, str]]:
    """Returns what each is for, and the command with the run's paths."""
    run = settings.run
    chosen = list(results.values())[-1].chosen
    look = ["report", run]
    why = "one page: did adaptation pay? Pictures, numbers, curves"
    if chosen is not None and (Path(run) / REPORT_FILE).exists():
        look = ["evaluate", f"--model={run}", f"--target={settings.target}"]
        look += [f"--split={settings.eval_split}", f"--out={run}/evaluation"]
        why = "IoU and confusion of every class"
    photos = photo_folder(settings.target)
    predict = ["predict", f"--model={run}", f"--input={photos}"]
    predict += [f"--out={run}/maps"]
    of_own = photos == NO_FOLDER
    steps = [
        (why, look),
        (f"class maps of photos{' of yours' * of_own}", predict),
        ("files for servers, devices and browsers", ["export", f"--run={run}"]),
    ]
    return [(why, shlex.join([*program(), *words])) for why, words in steps]


def photo_folder(target: str) -> str:
    """The folder that a target's photos lie in, or what stands for one.

    >>> photo_folder("streets-real")
    'PHOTOS'
    """
    for where in (target, target.partition(":")[2]):
        if where and Path(where).is_dir():
            return where
    return NO_FOLDER


def program() -> list[str]:
    """The words that start this program from the shell that it came from."""
    own = Path(sys.executable).with_name("tf_advseg")
    on_path = shutil.which("tf_advseg")
    if on_path and own.exists() and Path(on_path).samefile(own):
        return ["tf_advseg"]
    words = [own] if own.exists() else [Path(sys.executable)]
    here = Path.cwd()
    shown = [
        str(word.relative_to(here)) if word.is_relative_to(here) else str(word)
        for word in words
    ]
    return shown if own.exists() else [*shown, "-m", "tf_advseg"]


def _percent(evaluation: Evaluation | None) -> str:
    return "-" if evaluation is None else f"{100 * evaluation.miou:.2f}"
