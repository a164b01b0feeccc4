"""One training run, from its settings to a folder of results."""

import logging
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from tf_advseg.base.process.interruption import Interruption
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.experiment import making
from tf_advseg.experiment.batches import make_batches
from tf_advseg.experiment.choosing.run_selection import RunSelection
from tf_advseg.experiment.data import no_source
from tf_advseg.experiment.data import ranking
from tf_advseg.experiment.data.checks import tell_corrupt_samples
from tf_advseg.experiment.evaluation import RunEvaluation
from tf_advseg.experiment.health_guard import HealthGuard
from tf_advseg.experiment.making import Domains
from tf_advseg.experiment.watchers import run_watchers
from tf_advseg.networks.model_file import copy_segmenter
from tf_advseg.networks.model_file import load_weights
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs import data as run_data
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.parents import together as parents
from tf_advseg.runs.result import RunResult
from tf_advseg.selection.choice_table import summary
from tf_advseg.settings.train import TrainSettings
from tf_advseg.tracking.following import Follower
from tf_advseg.training.callbacks.weight_average import WeightAverage
from tf_advseg.training.distributed.workers import Workers
from tf_advseg.training.loop import train

_logger = logging.getLogger(__name__)

NO_CHOICE = "last step: no snapshots were kept"


class Run:
    """A run in progress.

    Args:
        settings: What to run; `settings.run` is its folder.
        domains: The domains, so that several runs share their caches.
        strategy: Made once a process.
        write: Where progress goes.
        interruption: Says when to stop; its context is open.
    """

    def __init__(
        self,
        settings: TrainSettings,
        domains: Domains,
        strategy: tf.distribute.Strategy,
        write: Callable[[str], None] = print,
        interruption: Interruption | None = None,
    ):
        self.settings = settings
        self.domains = domains
        self.strategy = strategy
        self.write = write
        self.interruption = interruption or Interruption(write)
        self.workers = Workers(strategy, uneven=bool(settings.target_labels))
        self.folder = RunFolder(settings.run, self.workers.is_chief)
        self.data = self.workers.on_chief(self._prepare)
        self.faults = FaultLog()
        self.last: Evaluation | None = None
        self.chosen: Evaluation | None = None
        self.chosen_by = ""
        self.evaluated_step = -1
        self.followers: list[Follower] = []
        method = making.make_method(settings, domains)
        with strategy.scope():
            self.model = making.make_model(
                settings, method, domains.source.class_set.names
            )
        self.average = None
        if settings.ema_decay:
            self.average = WeightAverage(
                self.model.segmenter, settings.ema_decay
            )
        self.evaluation = RunEvaluation(
            settings, domains, self.model, self.workers
        )
        self.selection = RunSelection(settings, domains, self.model.segmenter)
        self.guard = HealthGuard(
            settings, domains, self.model, self.average, self.folder, write
        )

    def _prepare(self) -> dict:
        """Makes the folder; returns the ids of the data."""
        ranking.check(self.settings, self.domains)
        self.folder.prepare(self.settings)
        parents.record(self.settings)
        no_source.prepare(self.settings, self.domains.target, self.write)
        manifests = making.data_manifests(self.settings, self.domains)
        data = run_data.record(self.folder.path, manifests)
        ranking.prepare(self.settings, self.domains, self.write)
        return data

    def execute(self) -> RunResult:
        """Trains to the end (or to Ctrl-C), evaluates, saves."""
        first_step = 0
        if self.settings.resume:
            first_step = self.guard.resume()
            self.workers.check_same("checkpoint", {"its step": first_step})
            self.write(f"Resuming after step {first_step}.")
        while first_step is not None:
            self._train(first_step)
            if self._interrupted():
                break
            first_step = self.guard.roll_back()
        tell_corrupt_samples(self.faults, self.workers, self.write)
        if self.workers.is_chief:
            self.save(self.folder.last)
        interrupted = bool(self.interruption.status)
        if not interrupted:
            # Not only at the last step: a finished run that is resumed makes
            # no step, and one may stop early.
            self._finish()
        return RunResult(
            self.folder,
            self.last,
            self.chosen,
            self.chosen_by,
            interrupted,
            self.guard.stopped,
        )

    def _train(self, first_step: int) -> None:
        """The loop, from one step to the end or to where it was ended."""
        if self.workers.is_chief:
            self.selection.forget_after(first_step)
        self.guard.begin(first_step)
        steps = self.settings.steps
        if self.guard.record.pending or self.is_over():
            # No step more; but what the killed run owes is made.
            steps = first_step
        batches = make_batches(
            self.settings,
            self.domains,
            self.model.method,
            first_step,
            self.faults,
            self.workers.batch_share,
        )
        train(
            self.model,
            self.workers.distribute(batches),
            steps=steps,
            first_step=first_step,
            log_every=self.settings.log_every,
            health_every=self.settings.health_every,
            steps_per_loop=self.settings.steps_per_loop,
            strategy=self.strategy,
            callbacks=run_watchers(self, first_step),
            faults=self.faults,
            log_state=self.guard.logs,
        )

    def _interrupted(self) -> bool:
        """Whether a signal came, to any worker."""
        return self.interruption.came(self.workers.largest)

    def _finish(self) -> None:
        """Reports on the last weights, then on the chosen ones."""
        if self.evaluated_step != self._step():
            self.report(self._step(), self.evaluation.numbers())
        self.last = self.evaluation.latest
        if self.workers.is_chief:
            for name, picture in self.evaluation.pictures().items():
                self.folder.write_picture(name, picture)
        self._choose()
        if self.chosen is not None:
            self.folder.write_json("metrics_best.json", self.chosen.to_dict())
        if self.last is not None:
            self.folder.write_text("iou.txt", self.last.table() + "\n")
            self.folder.write_json("metrics.json", self.last.to_dict())
        self.folder.record_models()
        # The last file of all: who finds it finds the others too.
        self.folder.write_json("finished.json", {"step": self._step()})

    def report(self, step: int, numbers: dict[str, float]) -> None:
        """Prints the numbers of an evaluation."""
        found = "  ".join(f"{k} {v:.2f}" for k, v in numbers.items())
        self.write(f"{self.model.method.name} step {step}  {found}")
        self.evaluated_step = step

    def score_moment(self, step: int) -> dict[str, float]:
        """Scores the present weights as a candidate, on the chief alone."""
        if not self.workers.is_chief:
            return {}
        return self.selection.score_moment(step, self.average)

    def is_over(self) -> bool:
        """Whether the snapshots have been no better for long enough."""
        patience = self.settings.patience
        if not patience:
            return False
        # The scores are the chief's.
        is_over = self.workers.any(
            self.workers.is_chief
            and self.selection.moments_since_best() >= patience
        )
        if is_over:
            self.write(f"No better for {patience} snapshots: training ends.")
        return is_over

    def _choose(self) -> None:
        """Writes best.keras, and how good it is if that can be known."""
        self.chosen_by = self.workers.on_chief(self._publish_choice) or ""
        if self.workers.any(self.chosen_by == NO_CHOICE):
            self.chosen = self.last
            return
        self.workers.share_weights(
            [weight.value for weight in self.model.segmenter.weights]
        )
        self.chosen = self.evaluation.evaluation()

    def _publish_choice(self) -> str:
        """Writes best.keras and loads it; returns what chose it."""
        chooser = self.settings.select
        choice = self.selection.choose(
            chooser, with_labels=chooser == "labels", write=self.write
        )
        if choice is None:
            copy_segmenter(
                self.folder.last, self.folder.best, {"chosen_by": NO_CHOICE}
            )
            return NO_CHOICE
        self.selection.publish(choice)
        self.write(summary(choice))
        load_weights(self.model.segmenter, self.folder.best)
        return choice.chosen_by

    def _step(self) -> int:
        """Updates made so far."""
        return int(self.model.optimizer.iterations.value.numpy())

    def save(self, path: Path) -> None:
        """Writes the segmenter's present weights, and what they are."""
        facts = making.segmenter_facts(
            self.settings, self.domains, self.model.method
        )
        facts |= {"step": self._step(), "data": self.data}
        facts |= parents.lineage(self.settings)
        save_segmenter(self.model.segmenter, path, facts)
