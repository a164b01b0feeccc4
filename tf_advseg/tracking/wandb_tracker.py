"""A run in Weights & Biases, on its server or, offline, in a folder.

What is logged has the step as a number beside it, which the charts go by:
W&B's own steps cannot go back, and a run that is rolled back or gone on with
makes some steps again.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import numpy as np

from tf_advseg.base.checks import in_one_line
from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking import record
from tf_advseg.tracking.tracker import FAILED
from tf_advseg.tracking.tracker import FINISHED
from tf_advseg.tracking.tracker import KILLED
from tf_advseg.tracking.tracker import Begun
from tf_advseg.tracking.tracker import Number
from tf_advseg.tracking.tracker import Story

if TYPE_CHECKING:
    import wandb

EXTRA = "wandb"
PROJECT = "tf_advseg"
STEP = "train_step"
_EXIT_CODES = {FINISHED: 0, FAILED: 1, KILLED: 255}
"""As W&B reads them; 255 is what it gives itself after Ctrl-C."""
_UNLESS_SET = {"WANDB_ERROR_REPORTING": "false", "WANDB_CONSOLE": "off"}
_INIT_SECONDS, _FINISH_SECONDS = 30, 60


class WandbTracker:
    """Sends one run after the other to one project.

    Args:
        settings: Of the first run.

    Raises:
        ImportError: If wandb is not installed; names the extra.
    """

    name = record.WANDB
    title = "W&B"
    most_numbers = 1000

    def __init__(self, settings: TrainSettings):
        for name, value in _UNLESS_SET.items():
            os.environ.setdefault(name, value)
        try:
            import wandb
        except ImportError as error:
            raise ImportError(
                f"wandb cannot be imported ({error}): pip install "
                f"'tf-advseg[{EXTRA}]'."
            ) from error
        self._wandb = wandb
        self._project = (
            settings.track_project
            or os.environ.get("WANDB_PROJECT", "")
            or PROJECT
        )
        self._run: wandb.Run
        self._row = 0

    def begin(self, story: Story) -> Begun:
        """As `Tracker.begin`."""
        known = record.read(story.folder).get(self.name, {})
        folder = None if os.environ.get("WANDB_DIR") else str(story.folder)
        try:
            self._run = self._wandb.init(
                project=known.get("project", self._project),
                id=known.get("run_id"),
                name=story.folder.resolve().name,
                resume="allow",
                reinit="create_new",
                dir=folder,
                config=dict(story.settings),
                settings=self._settings(),
            )
        except Exception as error:  # Of its service, of networks.
            raise ValueError(
                f"W&B cannot begin a run: {in_one_line(error)}. `wandb login` "
                "and a server that is there are needed, or WANDB_MODE=offline, "
                "which keeps it in a folder."
            ) from error
        self._run.config.update(dict(story.tags), allow_val_change=True)
        parent = record.run_id_around(story.parent, self.name)
        if parent:
            self._run.config.update({"parent_run": parent}, True)
        self._run.define_metric(STEP, hidden=True)
        self._run.define_metric("*", step_metric=STEP)
        facts = {"run_id": self._run.id, "project": self._run.project}
        record.write(story.folder, self.name, facts)
        is_offline = self._run.settings.mode == "offline"
        where = self._run.settings.sync_dir if is_offline else self._run.url
        # Rows of an offline run that is gone on with come after those that it
        # has: a number gave one row at most, and one more of a picture.
        self._row = max(self._run.step, 2 * len(story.logged) if known else 0)
        return Begun(
            [f"W&B: run {self._run.id}, {where}."],
            [] if known else story.logged,
        )

    def numbers(self, numbers: Sequence[Number]) -> None:
        """As `Tracker.numbers`."""
        by_step: dict[int, dict[str, float]] = {}
        for number in numbers:
            by_step.setdefault(number.step, {})[number.name] = number.value
        for step, values in by_step.items():
            self._log(step, values)

    def picture(self, step: int, name: str, picture: np.ndarray) -> None:
        """As `Tracker.picture`."""
        self._log(step, {name: self._wandb.Image(picture)})

    def file(self, path: Path, inside: str) -> None:
        """A copy, so that an offline run can be moved, and sent from there."""
        copy = Path(self._run.dir, inside, path.name)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)
        self._run.save(str(copy), base_path=self._run.dir, policy="now")

    def end(self, state: str) -> None:
        """As `Tracker.end`; what it did not send `wandb sync` still can."""
        try:
            self._run.finish(exit_code=_EXIT_CODES[state])
        except TimeoutError as error:
            raise TimeoutError(
                "the server did not take all in time; `wandb sync "
                f"{self._run.settings.sync_dir}` sends the rest"
            ) from error

    def _log(self, step: int, values: dict[str, Any]) -> None:
        self._run.log({**values, STEP: step}, step=self._row)
        self._row += 1

    def _settings(self) -> "wandb.Settings":
        settings = self._wandb.Settings(
            silent=True,
            finish_timeout=_FINISH_SECONDS,
            finish_timeout_raises=True,
        )
        if not os.environ.get("WANDB_INIT_TIMEOUT"):
            settings.init_timeout = _INIT_SECONDS
        return settings
