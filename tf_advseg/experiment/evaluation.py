"""What the present weights of a run are worth on its target."""

import numpy as np

from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.evaluation.evaluating import has_labels
from tf_advseg.evaluation.evaluating import measure
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.evaluation.sheet import prediction_sheet
from tf_advseg.experiment import making
from tf_advseg.experiment.making import Domains
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.distributed.workers import Workers
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer

LAST_NAMES = ("accuracy/target", "entropy/target")
"""One of these is the last number of an evaluation, with labels or without."""


class RunEvaluation:
    """Evaluates a model that is being trained, with all its workers.

    Args:
        settings: Of the run.
        domains: Of the run.
        model: Its segmenter's weights are read anew at each call.
        workers: Who trains it. All must ask for the same numbers.

    Attributes:
        latest: The evaluation made last; None before, and without labels.
    """

    def __init__(
        self,
        settings: TrainSettings,
        domains: Domains,
        model: SegmenterTrainer,
        workers: Workers,
    ):
        self.latest: Evaluation | None = None
        self._workers = workers
        self._settings = settings
        self._target = domains.target
        self._split = making.evaluation_split(settings, domains.target)
        self._size = making.evaluation_size(settings)
        self._method_name = model.method.name
        self._ensemble = Ensemble([model.segmenter])

    def numbers(self) -> dict[str, float]:
        """Numbers on the target's held-out images.

        With labels the mIoU (0-100), of several targets of each too; without,
        the mean entropy (0-1).
        """
        found = self.evaluation()
        if found is not None:
            parts = found.parts.items()
            return {
                **{f"miou/target.{name}": 100 * e.miou for name, e in parts},
                "miou/target": 100 * found.miou,
                "accuracy/target": 100 * found.accuracy,
            }
        look = self._look(measure, self._split, with_labels=False)
        return {"entropy/target": look.mean_entropy}

    def evaluation(self) -> Evaluation | None:
        """Against the target's held-out labels, if it has any."""
        split = self._settings.eval_split
        if not has_labels(self._target, split):
            return None
        self.latest = self._look(evaluate_segmenter, split)
        return self.latest

    def pictures(self) -> dict[str, np.ndarray]:
        """Predictions on a few evaluation images, as one picture."""
        sheet = prediction_sheet(
            {self._method_name: self._ensemble},
            self._target,
            self._split,
            self._size,
        )
        return {"predictions": sheet}

    def _look(self, how, split: str, **options):
        """By all workers, each at its share of the images."""
        return how(
            self._ensemble,
            self._target,
            split,
            size=self._size,
            faults=FaultLog(),
            workers=self._workers,
            **options,
        )
