"""Optimizers with the arithmetic of the official programs (PyTorch's).

    SGD:   g = gradient + weight_decay * w
           buffer = momentum * buffer + g
           w = w - learning_rate * buffer

    Adam:  m = beta_1 * m + (1 - beta_1) * g
           v = beta_2 * v + (1 - beta_2) * g^2
           w = w - learning_rate * (m / (1 - beta_1^t))
                   / (sqrt(v / (1 - beta_2^t)) + epsilon)

Keras' SGD keeps the learning rate inside its buffer, which differs as soon
as a schedule changes it, and its weight decay bypasses the buffer; Keras'
Adam adds epsilon before it corrects the second moment for its bias.
"""

from collections.abc import Sequence
from typing import Any

import keras

from tf_advseg.base.checks import check_range

ops: Any = keras.ops
"""Keras leaves their types to guesses, which are wrong."""

HEAD_LEARNING_RATE = (("_aspp_", 10.0),)
"""Rule: classifiers learn ten times as fast as the backbone (both papers)."""

OFFICIAL_MULTIPLICITY = (("_downsample_conv/", 4), ("layer", 3))
"""Rule: how often a step of the official programs updates each weight.

Their list of ResNet parameters walks modules and, for each, all parameters
below it: a convolution of a block is listed 3 times, one on a shortcut 4
times, the stem once. PyTorch's SGD updates each as often as it is listed.
"""

Rate = float | keras.optimizers.schedules.LearningRateSchedule
Rules = Sequence[tuple[str, float]]


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
        self.learning_rate_rules = _checked_rules(learning_rate_rules)
        self.multiplicity_rules = _checked_rules(multiplicity_rules)

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.buffers = self.add_optimizer_variables(variables, "momentum")
        # By index: inside a distributed step variables have no path.
        self.factors = [
            _first_match(self.learning_rate_rules, variable.path, 1.0)
            for variable in variables
        ]
        self.multiplicities = [
            int(_first_match(self.multiplicity_rules, variable.path, 1))
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


@keras.saving.register_keras_serializable(package="tf_advseg")
class ReferenceAdam(keras.optimizers.Optimizer):
    """Adam in PyTorch's form, with the defaults of the discriminators.

    Args:
        learning_rate: A number or a schedule.
        beta_1: Share of the first moment that a step keeps.
        beta_2: Share of the second moment that a step keeps.
        epsilon: Added to the root of the corrected second moment.
        name: Of the optimizer.
        **kwargs: Of `keras.optimizers.Optimizer` (`clipnorm`, ...).
    """

    def __init__(
        self,
        learning_rate: Rate = 1e-4,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        epsilon: float = 1e-8,
        name: str = "reference_adam",
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.moments, self.second_moments = self.add_optimizer_variables(
            variables, ["momentum", "velocity"]
        )

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        moment = self.moments[index]
        second_moment = self.second_moments[index]
        gradient = ops.cast(gradient, variable.dtype)
        rate = ops.cast(learning_rate, variable.dtype)
        step = ops.cast(ops.add(self.iterations, 1), variable.dtype)
        self.assign(moment, self.beta_1 * moment + (1 - self.beta_1) * gradient)
        self.assign(
            second_moment,
            self.beta_2 * second_moment
            + (1 - self.beta_2) * ops.square(gradient),
        )
        mean = moment / (1 - ops.power(_like(self.beta_1, step), step))
        square = second_moment / (1 - ops.power(_like(self.beta_2, step), step))
        self.assign_sub(
            variable, rate * mean / (ops.sqrt(square) + self.epsilon)
        )

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }


@keras.saving.register_keras_serializable(package="tf_advseg")
class PolySchedule(keras.optimizers.schedules.LearningRateSchedule):
    """`initial * (1 - step / steps)^power`, 0 from `steps` on.

    The schedule of DeepLab-v2 and of both official programs.

    >>> float(PolySchedule(1.0, steps=4, power=1.0)(3))
    0.25

    Keras' PolynomialDecay is the same in float32 only, which is too little
    for a float64 network to be compared with PyTorch's.

    Args:
        initial: Rate of the first step (step 0).
        steps: Steps until the rate is 0.
        power: Of the decay.
    """

    def __init__(self, initial: float, steps: int, power: float = 0.9):
        super().__init__()
        check_range("steps of the schedule", steps, 1)
        self.initial = initial
        self.steps = steps
        self.power = power

    def __call__(self, step):
        done = ops.cast(step, keras.config.floatx()) / self.steps
        return self.initial * ops.maximum(1 - done, 0) ** self.power

    def get_config(self):
        return {
            "initial": self.initial,
            "steps": self.steps,
            "power": self.power,
        }


def _like(value, tensor):
    # (ops.cast would take a number through float32.)
    return ops.convert_to_tensor(value, dtype=tensor.dtype)


def _first_match(rules: list[list], path: str, default: float) -> float:
    return next((value for part, value in rules if part in path), default)


def _checked_rules(rules: Rules) -> list[list]:
    """Returns the rules as lists, as they come back from a saved file."""
    for rule in rules:
        if len(rule) != 2 or not isinstance(rule[0], str) or rule[1] < 0:
            raise ValueError(
                "A rule is a pair of a substring of a variable's path and a "
                f"number >= 0, such as ('_aspp_', 10.0); received {rule!r}."
            )
    return [list(rule) for rule in rules]
