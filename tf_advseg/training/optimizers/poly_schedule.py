"""How the learning rate rises, then falls, over the steps."""

from typing import Any

import keras

from tf_advseg.base.checks import check_range

ops: Any = keras.ops
"""Keras leaves their types to guesses, which are wrong."""


@keras.saving.register_keras_serializable(package="tf_advseg")
class PolySchedule(keras.optimizers.schedules.LearningRateSchedule):
    """`initial * (1 - step / steps)^power`, 0 from `steps` on.

    The schedule of DeepLab-v2 and of both official programs.

    >>> float(PolySchedule(1.0, steps=4, power=1.0)(3))
    0.25

    With a warm-up of w steps, all that times `min(1, (step + 1) / w)`: Adam's
    first steps are as long as its rate allows, whatever the gradient, and
    would throw away what a backbone has learned.

    >>> float(PolySchedule(1.0, steps=4, power=1.0, warmup_steps=2)(0))
    0.5

    Keras' PolynomialDecay is the same in float32 only, which is too little
    for a float64 network to be compared with PyTorch's.

    Args:
        initial: Rate of the first step (step 0).
        steps: Steps until the rate is 0.
        power: Of the decay.
        warmup_steps: w, steps over which the rate rises; 0: none.
    """

    def __init__(
        self,
        initial: float,
        steps: int,
        power: float = 0.9,
        warmup_steps: int = 0,
    ):
        super().__init__()
        check_range("steps of the schedule", steps, 1)
        check_range("warm-up steps of the schedule", warmup_steps, 0)
        self.initial = initial
        self.steps = steps
        self.power = power
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        step = ops.cast(step, keras.config.floatx())
        rate = (
            self.initial * ops.maximum(1 - step / self.steps, 0) ** self.power
        )
        if self.warmup_steps:
            rate *= ops.minimum((step + 1) / self.warmup_steps, 1)
        return rate

    def get_config(self):
        return {
            "initial": self.initial,
            "steps": self.steps,
            "power": self.power,
            "warmup_steps": self.warmup_steps,
        }
