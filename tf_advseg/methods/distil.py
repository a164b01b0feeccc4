"""Distillation: a light student learns what strong teachers see.

After Hinton, Vinyals and Dean (arXiv 1503.02531), pixel by pixel. With teachers
T_m, which were adapted before and learn no more, the student S, labelled
source images x_s, y_s and target images x_t, all seen alike by everybody:

    s       = mean over m of T_m(x),   z = S(x)
    taught(x) = (1 - hard) tau^2 mean over pixels of
                    KL(softmax(s / tau) || softmax(z / tau))
              + hard mean over pixels of -log softmax(z)[argmax s]
    S minimises   sum_l source_weights[l] * source_loss(S(x_s)_l, y_s)
                + sum_l target_weights[l] * (taught_l(x_t)
                                             + on_source * taught_l(x_s))

`training.teaching.distilling_segmenter` makes these steps.
"""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.methods.method import Method
from tf_advseg.methods.method import level_weights


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class Distil(Method):
    """Learns from the models that `--teacher` names.

    Args:
        temperature: tau; above 1 it shows more of what the teachers think
            of the classes that do not win.
        hard: Share of the loss that knows the winning class alone: the
            teachers' pseudo-labels.
        on_source: What the teachers' word on source images counts, beside
            the labels there; 0: they are not asked.
        scales: Sizes at which a teacher looks at each image, as factors; it
            says what it sees on average.
        flip: Whether it looks at the mirrored image too, at each size.
    """

    name: ClassVar[str] = "distil"
    needs_teacher: ClassVar[bool] = True
    scales_target_weights: ClassVar[bool] = False

    target_weights: Mapping[str, float] = level_weights(main=1.0)
    temperature: float = 1.0
    hard: float = 0.0
    on_source: float = 1.0
    scales: tuple[float, ...] = (1.0,)
    flip: bool = False

    def __post_init__(self):
        super().__post_init__()
        scales = list(self.scales)  # A list, where it comes from a file.
        if not scales or not all(0.1 <= scale <= 10 for scale in scales):
            raise ValueError(
                f"{self.name} scales must be factors from 0.1 to 10, "
                f"(1.0, 1.5) say; received {self.scales!r}."
            )
        checks.check_range(f"{self.name} temperature", self.temperature, 0.1)
        checks.check_range(f"{self.name} hard", self.hard, 0.0, 1.0)
        checks.check_range(f"{self.name} on_source", self.on_source, 0.0)

    def taught_loss(self, logits: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
        """`taught` above, the mean over all pixels of all images.

        Args:
            logits: z, the student's, float32 `(B, H, W, C)`.
            scores: s, the teachers', of the same shape; no gradient flows
                into them.

        Returns:
            A scalar, not negative; 0 where the student agrees in full (with
            `hard`, where it is also sure).
        """
        scores = tf.stop_gradient(scores)
        loss = tf.constant(0.0)
        if self.hard < 1:
            theirs = tf.nn.log_softmax(scores / self.temperature)
            ours = tf.nn.log_softmax(logits / self.temperature)
            apart = tf.reduce_sum(tf.exp(theirs) * (theirs - ours), axis=-1)
            soft = self.temperature**2 * tf.reduce_mean(apart)
            loss += (1 - self.hard) * soft
        if self.hard > 0:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
                tf.argmax(scores, axis=-1), logits
            )
            loss += self.hard * tf.reduce_mean(losses)
        return loss
