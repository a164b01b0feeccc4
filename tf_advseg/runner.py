"""One training run, from its settings to a folder of results."""

import logging
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from tf_advseg import experiment
from tf_advseg import run_data
from tf_advseg.callbacks.weight_average import WeightAverage
from tf_advseg.datasets.faults import FaultLog
from tf_advseg.evaluation_result import Evaluation
from tf_advseg.experiment import Domains
from tf_advseg.health_guard import HealthGuard
from tf_advseg.interruption import Interruption
from tf_advseg.model_file import copy_segmenter
from tf_advseg.model_file import save_segmenter
from tf_advseg.run_evaluation import RunEvaluation
from tf_advseg.run_folder import RunFolder
from tf_advseg.run_result import RunResult
from tf_advseg.run_selection import RunSelection
from tf_advseg.run_watchers import run_watchers
from tf_advseg.segmenter_facts import segmenter_facts
from tf_advseg.selection.choice_table import summary
from tf_advseg.settings import TrainSettings
from tf_advseg.training import train
from tf_advseg.training_batches import make_batches

_logger = logging.getLogger(__name__)


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
        self.folder = RunFolder(settings.run)
        self.folder.prepare(settings)
        self.data = run_data.record(
            self.folder.path, experiment.data_manifests(settings, domains)
        )
        self.faults = FaultLog()
        self.last: Evaluation | None = None
        self.chosen: Evaluation | None = None
        self.chosen_by = ""
        self.evaluated_step = -1
        method = experiment.make_method(settings, domains)
        with strategy.scope():
            self.model = experiment.make_model(
                settings, method, domains.source.class_set.names
            )
        self.average = None
        if settings.ema_decay:
            self.average = WeightAverage(
                self.model.segmenter, settings.ema_decay
            )
        self.evaluation = RunEvaluation(settings, domains, self.model)
        self.selection = RunSelection(settings, domains, self.model.segmenter)
        self.guard = HealthGuard(
            settings, domains, self.model, self.average, self.folder, write
        )

    def execute(self) -> RunResult:
        """Trains to the end (or to Ctrl-C), evaluates, saves."""
        first_step = 0
        if self.settings.resume:
            first_step = self.guard.resume()
            self.write(f"Resuming after step {first_step}.")
        while first_step is not None:
            self._train(first_step)
            if self.interruption.status:
                break
            first_step = self.guard.roll_back()
        if self.faults.count:
            self.write(
                f"{self.faults.count} reads of corrupt samples were skipped: "
                + ", ".join(sorted(self.faults.faults))
            )
        self._save(self.folder.last)
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
        self.selection.forget_after(first_step)
        self.guard.begin(first_step)
        steps = self.settings.steps
        if self.guard.record.pending or self._is_over():
            # No step more; but what the killed run owes is made.
            steps = first_step
        batches = make_batches(
            self.settings,
            self.domains,
            self.model.method,
            first_step,
            self.faults,
        )
        train(
            self.model,
            batches,
            steps=steps,
            first_step=first_step,
            log_every=self.settings.log_every,
            health_every=self.settings.health_every,
            steps_per_loop=self.settings.steps_per_loop,
            strategy=self.strategy,
            callbacks=self._callbacks(first_step),
            faults=self.faults,
            log_state=self.guard.logs,
        )

    def _callbacks(self, first_step: int) -> list:
        return run_watchers(
            self.settings,
            self.folder,
            first_step,
            label=self.model.method.name,
            average=self.average,
            guard=self.guard,
            selection=self.selection,
            evaluation=self.evaluation,
            interruption=self.interruption,
            save=self._save,
            report=self._report,
            is_over=self._is_over,
            write=self.write,
        )

    def _finish(self) -> None:
        """Reports on the last weights, then on the chosen ones."""
        if self.evaluated_step != self._step():
            self._report(self._step(), self.evaluation.numbers())
        self.last = self.evaluation.latest
        for name, picture in self.evaluation.pictures().items():
            self.folder.write_picture(name, picture)
        self._choose()
        if self.chosen is not None:
            self.folder.write_json("metrics_best.json", self.chosen.to_dict())
        if self.last is not None:
            self.folder.write_text("iou.txt", self.last.table() + "\n")
            self.folder.write_json("metrics.json", self.last.to_dict())
        # The last file of all: who finds it finds the others too.
        self.folder.write_json("finished.json", {"step": self._step()})

    def _report(self, step: int, numbers: dict[str, float]) -> None:
        found = "  ".join(f"{k} {v:.2f}" for k, v in numbers.items())
        self.write(f"{self.model.method.name} step {step}  {found}")
        self.evaluated_step = step

    def _is_over(self) -> bool:
        """Whether the snapshots have been no better for long enough."""
        patience = self.settings.patience
        if not patience or self.selection.moments_since_best() < patience:
            return False
        self.write(f"No better for {patience} snapshots: training ends.")
        return True

    def _choose(self) -> None:
        """Writes best.keras, and how good it is if that can be known."""
        chooser = self.settings.select
        choice = self.selection.choose(
            chooser, with_labels=chooser == "labels", write=self.write
        )
        if choice is None:
            self.chosen_by = "last step: no snapshots were kept"
            copy_segmenter(
                self.folder.last,
                self.folder.best,
                {"chosen_by": self.chosen_by},
            )
            self.chosen = self.last
        else:
            self.selection.publish(choice)
            self.write(summary(choice))
            self.chosen_by = choice.chosen_by
            self.model.segmenter.load_weights(self.folder.best)
            self.chosen = self.evaluation.evaluation()

    def _step(self) -> int:
        """Updates made so far."""
        return int(self.model.optimizer.iterations.value.numpy())

    def _save(self, path: Path) -> None:
        facts = segmenter_facts(
            self.settings, self.domains, self.model.method, self._step()
        )
        facts["data"] = self.data
        save_segmenter(self.model.segmenter, path, facts)
