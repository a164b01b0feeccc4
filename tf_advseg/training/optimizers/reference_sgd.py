"""Stochastic gradient descent with the official programs' arithmetic.

    g = gradient + weight_decay * w
    buffer = momentum * buffer + g
    w = w - learning_rate * buffer

That is PyTorch's. Keras' SGD keeps the learning rate inside its buffer, which
differs as soon as a schedule changes it, and its weight decay bypasses the
buffer.
"""

from typing import Any

import keras

from tf_advseg.training.optimizers.rules import Rate
from tf_advseg.training.optimizers.rules import Rules
from tf_advseg.training.optimizers.rules import checked
from tf_advseg.training.optimizers.rules import decoder_rate
from tf_advseg.training.optimizers.rules import first_match

ops: Any = keras.ops
"""Keras leaves their types to guesses, which are wrong."""

HEAD_LEARNING_RATE = decoder_rate(10.0)
"""Rule: classifiers learn ten times as fast as the backbone (both papers)."""

OFFICIAL_MULTIPLICITY = (("_downsample_conv/", 4), ("layer", 3))
"""Rule: how often a step of the official programs updates each weight.

Their list of ResNet parameters walks modules and, for each, all parameters
below it: a convolution of a block is listed 3 times, one on a shortcut 4
times, the stem once. PyTorch's SGD updates each as often as it is listed.
"""


@keras.saving.register_keras_serializable(package="tf_advseg")
class ReferenceSGD(keras.optimizers.Optimizer):
    """Stochastic gradient descent with momentum, PyTorch's form.

    Args:
        learning_rate: A number or a schedule.
        momentum: Share of the buffer that a step keeps.
        weight_decay: Factor of the L2 term in the gradient; applies to every
            variable that the optimizer is given.
        learning_rate_rules: Pairs of a substring of `variable.path` and a
            factor of the learning rate; the first that matches counts.
        multiplicity_rules: The same with the number of updates that a step
            makes with one gradient; 1 where no rule matches.
        name: Of the optimizer.
        **kwargs: Of `keras.optimizers.Optimizer` (`clipnorm`, ...).
    """

    def __init__(
        self,
        learning_rate: Rate = 2.5e-4,
        momentum: float = 0.9,
        weight_decay: float = 5e-4,
        learning_rate_rules: Rules = (),
        multiplicity_rules: Rules = (),
        name: str = "reference_sgd",
        **kwargs,
    ):
        # Keras must not see the weight decay: its own is a decoupled one.
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum
        self.l2_factor = weight_decay
        self.learning_rate_rules = checked(learning_rate_rules)
        self.multiplicity_rules = checked(multiplicity_rules)

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.buffers = self.add_optimizer_variables(variables, "momentum")
        # By index: inside a distributed step variables have no path.
        self.factors = [
            first_match(self.learning_rate_rules, variable.path, 1.0)
            for variable in variables
        ]
        self.multiplicities = [
            int(first_match(self.multiplicity_rules, variable.path, 1))
            for variable in variables
        ]

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        buffer = self.buffers[index]
        gradient = ops.cast(gradient, variable.dtype)
        rate = ops.cast(learning_rate, variable.dtype) * self.factors[index]
        for _ in range(self.multiplicities[index]):
            decayed = gradient + self.l2_factor * variable
            self.assign(buffer, self.momentum * buffer + decayed)
            self.assign_sub(variable, rate * buffer)

    def get_config(self):
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "weight_decay": self.l2_factor,
            "learning_rate_rules": self.learning_rate_rules,
            "multiplicity_rules": self.multiplicity_rules,
        }
