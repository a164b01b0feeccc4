"""A segmenter in training that learns what trained teachers see.

`_gradients` is the algorithm of `methods.distil`:

1. forward the source batch; its loss is that of the labels and the teachers;
2. forward the target batch; its loss is the teachers' alone;
3. one gradient for the segmenter, the sum of both.

Teachers see what the student sees: same pixels, same augmentation.
"""

from typing import NoReturn

import keras
import tensorflow as tf

from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import SOURCE
from tf_advseg.methods.distil import Distil
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.training.labelled_images import forward_labelled
from tf_advseg.training.step import accumulation
from tf_advseg.training.step.objective import ByLevel
from tf_advseg.training.step.objective import Objective
from tf_advseg.training.step.objective import Terms
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer


class DistillingSegmenter(SegmenterTrainer):
    """Trains `segmenter`, the student, by distillation; it is the product.

    Batches are those of `AdversarialSegmenter`. The teachers are no part of
    what is saved: they have files of their own, and do not change.

    Args:
        segmenter: A functional model from images to a dict of logits by level
            and `features`.
        method: What is learned of the teachers.
        teachers: Trained segmenters of the same classes.
        precision: As in `SegmenterTrainer`, of the student.
        remat: The same.

    Raises:
        ValueError: If the teachers have another number of classes.
    """

    method: Distil

    def __init__(
        self,
        segmenter: keras.Model,
        method: Distil,
        teachers: Ensemble,
        precision: str = "float32",
        remat: bool = False,
        **kwargs,
    ):
        super().__init__(segmenter, method, precision, remat, **kwargs)
        classes = outputs_of(segmenter)[MAIN].shape[-1]
        if teachers.num_classes != classes:
            raise ValueError(
                f"The teachers know {teachers.num_classes} classes and the "
                f"student {classes}; they need the same."
            )
        self.teachers = teachers
        self.objective = Objective(self.method, {})
        self.built = True

    def _gradients(self, images, labels, num_labelled):
        """Logs and the gradients of one part of a batch."""
        factor = self.method.on_source
        with tf.GradientTape() as tape:
            outputs, labelled = forward_labelled(
                self.forward, self.method, images, labels
            )
            terms = self.objective.source_terms(labelled, num_labelled)
            if factor:
                terms |= self._taught(
                    "source", outputs[SOURCE], images["source"], factor
                )
            scaled = self._scaled(self.optimizer, self._total(terms))
        gradients, _ = self._segmenter_gradients(tape, scaled, {})
        # What that pass kept is forgotten before the next one begins.
        shown = accumulation.after(gradients, images["target"])
        with tf.GradientTape() as tape:
            of_shown = self.forward(shown)
            of_target = self._taught("target", of_shown, shown)
            total = self._total(of_target, is_first=False)
            scaled = self._scaled(self.optimizer, total)
        more, _ = self._segmenter_gradients(tape, scaled, {})
        terms |= of_target
        logs = self._logs(self._total(terms), terms, of_shown[MAIN])
        return logs, accumulation.added(gradients, more)

    def _taught(
        self, domain: str, outputs: ByLevel, images: tf.Tensor, factor=1.0
    ) -> Terms:
        """What the teachers ask of the student's outputs of these images."""
        levels = self.method.active_levels()
        if not levels:
            return {}
        scores = self.teachers.scores(images, tf.shape(outputs[MAIN])[1:3])
        return {
            f"taught/{domain}/{level}": (
                self._target_scale() * factor * weight,
                self.method.taught_loss(outputs[level], scores),
            )
            for level, weight in self.method.target_weights.items()
            if level in levels
        }

    def get_config(self) -> NoReturn:
        raise ValueError(
            "A trainer of distillation is not saved whole, since its teachers "
            "are models of their own: save its `segmenter`."
        )
