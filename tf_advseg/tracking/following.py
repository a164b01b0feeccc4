"""Follows a run from its beginning to its end, for whoever tracks it."""

import contextlib
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from tf_advseg.base.process.interruption import Interrupted
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.result import RunResult
from tf_advseg.settings.parts.places import parse_trackers
from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking import story
from tf_advseg.tracking.patience import PatientTracker
from tf_advseg.tracking.tracker import FAILED
from tf_advseg.tracking.tracker import FINISHED
from tf_advseg.tracking.tracker import KILLED
from tf_advseg.tracking.tracker import Tracker


def make_trackers(settings: TrainSettings) -> list[Tracker]:
    """Returns those of `--track`, as far as can be seen within reach.

    Raises:
        ValueError: If a server cannot be reached.
        ImportError: If a package is not installed; names the extra.
    """
    found: list[Tracker] = []
    for name in parse_trackers(settings.track):
        if name == "mlflow":
            from tf_advseg.tracking.mlflow_tracker import MLflowTracker

            found.append(MLflowTracker(settings))
        else:
            from tf_advseg.tracking.wandb_tracker import WandbTracker

            found.append(WandbTracker(settings))
    return found


class Follower(keras.callbacks.Callback):
    """Tells trackers what is logged, evaluated and drawn.

    Args:
        trackers: Whom.
        pictures: Returns uint8 pictures `(H, W, 3)` by name, of the model's
            present weights; called at each evaluation.

    Attributes:
        state: How the run ends, if nothing is raised.
    """

    def __init__(
        self,
        trackers: Sequence[PatientTracker],
        pictures: Callable[[], dict[str, np.ndarray]],
    ):
        super().__init__()
        self.state = FINISHED
        self._trackers = trackers
        self._pictures = pictures

    def due(self, step: int) -> bool:
        return False  # Logs come when they come.

    def on_train_batch_end(self, batch, logs=None):
        self.write(batch, logs or {})

    def write(self, step: int, numbers: dict[str, float]) -> None:
        """Tells numbers of one step."""
        for tracker in self._trackers:
            tracker.numbers(step, numbers)

    def on_evaluation(self, step: int, numbers: dict[str, float]) -> None:
        """A listener of `TargetEvaluation`; numbers come by `write`."""
        for name, picture in self._pictures().items():
            for tracker in self._trackers:
                tracker.picture(step, name, picture)

    def judge(self, result: RunResult) -> None:
        """Takes how the run ended."""
        if result.interrupted:
            self.state = KILLED
        elif result.stopped:
            self.state = FAILED


@contextlib.contextmanager
def followed(
    settings: TrainSettings,
    trackers: Sequence[Tracker],
    pictures: Callable[[], dict[str, np.ndarray]],
    write: Callable[[str], None] = print,
) -> Iterator[Follower]:
    """Begins a tracked run, or goes on with it; ends it with the body.

    Args:
        settings: Of the run; its folder is prepared.
        trackers: From `make_trackers`.
        pictures: As in `Follower`.
        write: Where sentences go.

    Raises:
        ValueError: If a tracker refuses the run.
    """
    patient: list[PatientTracker] = []
    follower = Follower(patient, pictures)
    state = FAILED
    try:
        for tracker in trackers:
            one = PatientTracker(tracker, write)
            one.begin(story.story_of(settings))
            patient.append(one)
        yield follower
        state = follower.state
    except (Interrupted, KeyboardInterrupt):
        state = KILLED
        raise
    finally:
        for one in patient:
            _end(one, settings, state, write)


def _end(
    tracker: PatientTracker,
    settings: TrainSettings,
    state: str,
    write: Callable[[str], None],
) -> None:
    found = story.results(settings)
    if found:
        step = read_facts(Path(settings.run)).step
        tracker.numbers(step or 0, found)
    missing = tracker.end(state, story.files(settings))
    if missing:
        write(
            f"{tracker.title} did not get: {missing}. It is all in "
            f"{settings.run}; the same command with --run={settings.run} "
            "--resume sends it."
        )
