"""What the loop and its callbacks know of each other."""

from typing import Any
from typing import Protocol
from typing import cast
from typing import runtime_checkable

import keras
import tensorflow as tf

from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer


class Watcher(keras.callbacks.Callback):
    """A callback that uses what the loop sets before it calls.

    Attributes:
        params: `steps`, updates in all, and `first_step`, those made before.
    """

    params: dict[str, int]

    @property
    def model(self) -> SegmenterTrainer:
        """The model in training."""
        return cast(Any, super().model)


@runtime_checkable
class InGraph(Protocol):
    """A callback that takes part in the graph of each update."""

    def after_step(self, step: tf.Tensor) -> None:
        """Called with the number of updates made, an int64 tensor."""
