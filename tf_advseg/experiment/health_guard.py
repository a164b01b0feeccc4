"""Watches one run's health and takes the run back when it must."""

import shutil
from collections.abc import Sequence

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.experiment import making
from tf_advseg.experiment.data.roles import roles_of
from tf_advseg.runs.folder import RunFolder
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.callbacks import metrics_log
from tf_advseg.training.callbacks.checkpoints import restore_newest
from tf_advseg.training.callbacks.checkpoints import save_state
from tf_advseg.training.callbacks.health_watch import HealthWatch
from tf_advseg.training.callbacks.healthy_states import HealthyStates
from tf_advseg.training.callbacks.weight_average import WeightAverage
from tf_advseg.training.health import baseline
from tf_advseg.training.health.baseline import Scores
from tf_advseg.training.health.numbers import PREFIX
from tf_advseg.training.health.ranges import LOOKS
from tf_advseg.training.health.record import Record
from tf_advseg.training.log_means import LogState
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer

PRIOR_IMAGES = 50
"""Labels that the expected class shares are measured on."""


class HealthGuard:
    """What a run needs to watch itself, by its settings.

    Args:
        settings: Of the run.
        domains: Of the run.
        model: In training.
        average: The running average of its weights, if there is one.
        folder: Of the run.
        write: Where messages go.

    Attributes:
        logs: What was not logged yet.
        tracked: What checkpoints must hold beside networks and optimizers.
    """

    def __init__(
        self,
        settings: TrainSettings,
        domains: making.Domains,
        model: SegmenterTrainer,
        average: WeightAverage | None,
        folder: RunFolder,
        write=print,
    ):
        self.settings = settings
        self.model = model
        self.average = average
        self.folder = folder
        self.write = write
        self.record = Record(_prior(settings, domains, model))
        self.watch = HealthWatch(
            self.record,
            settings.on_alarm,
            settings.max_rollbacks,
            lambda record: folder.write_json("alarms.json", record.to_dict()),
            write,
        )
        self.logs = LogState()
        self.states = HealthyStates(
            folder.checkpoints / "healthy",
            settings.checkpoint_every,
            self.record,
            average,
            write,
            self.logs.check,
            settings.target_delay,
        )
        self.tracked = {"alarms": self.watch.state, "logs": self.logs}

    @property
    def stopped(self) -> bool:
        """Whether an alarm ended the run (`--on_alarm=stop`)."""
        return self.watch.stopped

    def callbacks(self) -> list:
        """To come before checkpoints: those hold the record."""
        if not self.settings.health_every:
            return []
        if self.settings.on_alarm != "rollback":
            return [self.watch]
        return [self.watch, self.states]

    def resume(self) -> int:
        """Restores the newest checkpoint; see `restore_newest`."""
        with self.model.distribute_strategy.scope():
            return restore_newest(
                self.model,
                self.folder.checkpoints,
                self.average,
                self.tracked,
                self.write,
            )

    def begin(self, first_step: int) -> None:
        """Call it before each loop, once the state is restored."""
        looks: dict[int, dict[str, float]] = {}
        for step, name, value in metrics_log.read(self.folder.metrics_csv):
            if name.startswith(PREFIX) and step <= first_step:
                looks.setdefault(step, {})[name] = float(value)
        self.watch.restored(list(looks.values()))

    def judge(
        self, step: int, before: Scores | None, later: Sequence[Scores]
    ) -> None:
        """Alarms if adapting hurts; for the arguments see `baseline`.

        Args:
            step: Of the last moment that was scored.
            before: None if the run was never source-only.
            later: See there.
        """
        adapts = self.settings.health_every and self.model.method.uses_target
        if before is None or not adapts:
            return
        alarm = baseline.adapting_hurts(before, later)
        if alarm is not None:
            self.watch.ring(step, alarm)

    def roll_back(self) -> int | None:
        """Goes back to the last healthy state, if an alarm asks for it.

        The state is saved as the newest checkpoint, so that a run that is
        interrupted from here on resumes after the roll-back.

        Returns:
            The step to go on from; None if all is well.
        """
        if not self.record.pending:
            return None
        with self.model.distribute_strategy.scope():
            return self._roll_back()

    def _roll_back(self) -> int:
        settings, number = self.settings, len(self.record.rollbacks) + 1
        alarm = self.record.alarms[-1]
        alarmed = alarm["step"]
        before = alarmed - (LOOKS + 1) * settings.health_every
        if alarm["kind"] == baseline.KIND:
            before = settings.target_delay
        kept = self.folder.path / f"metrics_before_rollback_{number}.csv"
        with atomic_path(kept) as temporary:
            shutil.copyfile(self.folder.metrics_csv, temporary)
        scale = self.model.target_scale.numpy() * settings.rollback_factor
        self.states.set_model(self.model)
        step = self.states.restore(before)
        self.model.target_scale.assign(scale)
        self.record.rollbacks.append(
            {
                "step": alarmed,
                "to_step": step,
                "weight_factor": settings.rollback_factor,
            }
        )
        self.record.pending = False
        self.logs.forget()
        self.watch.keep()
        save_state(
            self.model,
            self.folder.checkpoints,
            step,
            self.average,
            self.tracked,
        )
        self.write(
            f"Roll-back {number} of at most {settings.max_rollbacks}: back to "
            f"step {step}, target weights now times {scale:.3g}."
        )
        return step


def _prior(settings, domains, model) -> dict[str, float]:
    """Class shares of the labels learned; empty if nobody asks for them."""
    if not settings.health_every or not model.method.uses_target:
        return {}
    roles = roles_of(settings, domains, model.method)
    try:
        statistics = roles.expected_shares(PRIOR_IMAGES)
    except DataError:
        return {}  # Training itself names and counts corrupt labels.
    names, ratios = statistics.class_names, statistics.ratios
    return dict(zip(names, map(float, ratios), strict=True))
