"""An exponential moving average of the segmenter's weights.

Adversarial training swings between neighbouring steps; the average of its
weights swings less (Polyak and Juditsky, 1992; Tarvainen and Valpola,
arXiv 1703.01780). The moving statistics of batch norm are averaged too:
they belong to the weights that made them.
"""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf

from tf_advseg.training.step.moving_average import float_weights
from tf_advseg.training.step.moving_average import move_towards


class WeightAverage(keras.callbacks.Callback):
    """Keeps `a <- d a + (1 - d) w` after every step.

    The decay grows as `min(decay, (1 + t) / (10 + t))` with the number t of
    updates, so that the first weights do not linger.

    Args:
        segmenter: Whose weights are averaged.
        decay: d, at least 0 and below 1.

    Attributes:
        state: A trackable of the averages, for checkpoints.
    """

    def __init__(self, segmenter: keras.Model, decay: float):
        super().__init__()
        self.decay = decay
        # Counters and seeds stay the segmenter's own.
        self._weights = float_weights(segmenter)
        self._averages = [
            tf.Variable(w, trainable=False) for w in self._weights
        ]
        self.state = tf.train.Checkpoint(averages=self._averages)

    def due(self, step: int) -> bool:
        return False

    def after_step(self, step: tf.Tensor) -> None:
        """Moves the averages; part of the training graph."""
        self._update(tf.cast(step, tf.float32))

    @tf.function(autograph=False)
    def _update(self, step):
        decay = tf.minimum(self.decay, (1.0 + step) / (10.0 + step))
        move_towards(self._averages, self._weights, decay)

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Within it the segmenter has the averaged weights."""
        own = [tf.identity(weight) for weight in self._weights]
        self._set(self._averages)
        try:
            yield
        finally:
            self._set(own)

    def _set(self, values):
        for weight, value in zip(self._weights, values, strict=True):
            weight.assign(value)
