"""One training run, from its settings to a folder of results."""

import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tf_advseg import callbacks as watchers
from tf_advseg import experiment
from tf_advseg import registry
from tf_advseg import run_data
from tf_advseg.callbacks.checkpoints import restore_newest
from tf_advseg.datasets.faults import FaultLog
from tf_advseg.ensemble import Ensemble
from tf_advseg.evaluation import evaluate_ensemble
from tf_advseg.evaluation_result import Evaluation
from tf_advseg.experiment import Domains
from tf_advseg.model_file import save_segmenter
from tf_advseg.observation import observe
from tf_advseg.prediction_sheet import has_labels
from tf_advseg.prediction_sheet import prediction_sheet
from tf_advseg.run_folder import RunFolder
from tf_advseg.settings import TrainSettings
from tf_advseg.training import train
from tf_advseg.training_batches import make_batches

_logger = logging.getLogger(__name__)


@dataclasses.dataclass
class RunResult:
    """How a run ended.

    Attributes:
        folder: Its files.
        evaluation: Of the last weights on the target, or None without labels.
        interrupted: Whether Ctrl-C ended it early.
    """

    folder: RunFolder
    evaluation: Evaluation | None
    interrupted: bool


class Run:
    """A run in progress.

    Args:
        settings: What to run; `settings.run` is its folder.
        domains: The domains, so that several runs share their caches.
        strategy: Made once a process.
        write: Where progress goes.
    """

    def __init__(
        self,
        settings: TrainSettings,
        domains: Domains,
        strategy: tf.distribute.Strategy,
        write: Callable[[str], None] = print,
    ):
        self.settings = settings
        self.domains = domains
        self.strategy = strategy
        self.write = write
        self.folder = RunFolder(settings.run)
        self.folder.prepare(settings)
        self.data = run_data.record(
            self.folder.path, experiment.data_manifests(settings, domains)
        )
        self.faults = FaultLog()
        self.best = -np.inf
        self.final: Evaluation | None = None
        method = experiment.make_method(settings, domains)
        with strategy.scope():
            self.model = experiment.make_model(
                settings, method, domains.source.class_set.names
            )
        self.average = None
        if settings.ema_decay:
            self.average = watchers.WeightAverage(
                self.model.segmenter, settings.ema_decay
            )
        self.ensemble = Ensemble([self.model.segmenter])

    def execute(self) -> RunResult:
        """Trains to the end (or to Ctrl-C), evaluates, saves."""
        first_step = 0
        if self.settings.resume:
            with self.strategy.scope():
                first_step = restore_newest(
                    self.model, self.folder.checkpoints, self.average
                )
            self.write(f"Resuming after step {first_step}.")
        batches = make_batches(
            self.settings,
            self.domains,
            self.model.method,
            first_step,
            self.faults,
        )
        interrupt = watchers.StopOnInterrupt(self.write)
        train(
            self.model,
            batches,
            steps=self.settings.steps,
            first_step=first_step,
            log_every=self.settings.log_every,
            health_every=self.settings.health_every,
            strategy=self.strategy,
            callbacks=[interrupt, *self._callbacks(first_step)],
            faults=self.faults,
        )
        if self.faults.count:
            self.write(
                f"{self.faults.count} reads of corrupt samples were skipped: "
                + ", ".join(sorted(self.faults.faults))
            )
        if self.final is None and not interrupt.interrupted:
            # A finished run that is resumed makes no step of its own.
            self._report(self.settings.steps, self.evaluate())
        self._save(self.folder.last)
        self._write_results()
        return RunResult(self.folder, self.final, interrupt.interrupted)

    def _callbacks(self, first_step: int) -> list:
        settings = self.settings
        log = watchers.MetricsLog(self.folder.metrics_csv, first_step)
        self.best = max(log.values("miou/target"), default=-np.inf)
        listeners = [self._report, log.write]
        # The average moves first: checkpoints and snapshots are of its state.
        averages = [self.average] if self.average else []
        chosen = [
            *averages,
            watchers.Progress(
                settings.steps, first_step, self.model.method.name, self.write
            ),
            log,
            watchers.Checkpoints(
                self.folder.checkpoints,
                settings.checkpoint_every,
                settings.steps,
                self.average,
            ),
            watchers.Snapshots(
                self._save,
                self.folder.snapshots,
                settings.snapshots,
                settings.steps,
                self.average,
            ),
        ]
        if settings.tensorboard:
            board = watchers.TensorBoardLog(
                self.folder.tensorboard, self.pictures
            )
            listeners.append(board.on_evaluation)
            chosen.append(board)
        evaluation = watchers.TargetEvaluation(
            self.evaluate, settings.eval_every, settings.steps, listeners
        )
        return [*chosen, evaluation]

    def evaluate(self) -> dict[str, float]:
        """Numbers of the present weights on the target's held-out images.

        With labels the mIoU (0-100); without, the mean entropy (0-1).
        """
        target, split = self.domains.target, self.settings.eval_split
        size = experiment.evaluation_size(self.settings)
        if has_labels(target, split):
            self.final = evaluate_ensemble(
                self.ensemble, target, split, size=size, faults=FaultLog()
            )
            return {
                "miou/target": 100 * self.final.miou,
                "accuracy/target": 100 * self.final.accuracy,
            }
        observation = observe(
            self.ensemble,
            target,
            experiment.evaluation_split(self.settings, target),
            size=size,
            faults=FaultLog(),
        )
        return {"entropy/target": observation.mean_entropy}

    def pictures(self) -> dict[str, np.ndarray]:
        """Predictions on a few evaluation images, as one picture."""
        target = self.domains.target
        sheet = prediction_sheet(
            {self.model.method.name: self.ensemble},
            target,
            experiment.evaluation_split(self.settings, target),
            experiment.evaluation_size(self.settings),
        )
        return {"predictions": sheet}

    def _write_results(self) -> None:
        if self.final is not None:
            self.folder.write_json("metrics.json", self.final.to_dict())
            self.folder.write_text("iou.txt", self.final.table() + "\n")
        for name, picture in self.pictures().items():
            self.folder.write_picture(name, picture)

    def _report(self, step: int, numbers: dict[str, float]) -> None:
        found = "  ".join(f"{k} {v:.2f}" for k, v in numbers.items())
        self.write(f"{self.model.method.name} step {step}  {found}")
        miou = numbers.get("miou/target", -np.inf)
        if miou > self.best:
            self.best = miou
            self._save(self.folder.best, {"chosen_by": "mIoU on the target"})

    def _save(self, path: Path, more: dict[str, Any] | None = None) -> None:
        classes = self.domains.source.class_set
        size = experiment.evaluation_size(self.settings)
        save_segmenter(
            self.model.segmenter,
            path,
            {
                "classes": list(classes.names),
                "palette": [list(colour) for colour in classes.palette],
                "class_set": classes.name,
                "image_size": list(size) if size else None,
                "method": registry.describe(self.model.method),
                "backbone": self.settings.backbone,
                "step": int(self.model.optimizer.iterations.value.numpy()),
                "source": self.domains.source.name,
                "target": self.domains.target.name,
                "data": self.data,
                **(more or {}),
            },
        )
