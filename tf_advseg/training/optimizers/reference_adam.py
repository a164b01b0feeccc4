"""Adam with the official programs' arithmetic, for the discriminators.

    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g^2
    w = w - learning_rate * (m / (1 - beta_1^t))
            / (sqrt(v / (1 - beta_2^t)) + epsilon)

That is PyTorch's. Keras' Adam adds epsilon before it corrects the second
moment for its bias.
"""

from typing import Any

import keras

from tf_advseg.training.optimizers.rules import Rate

ops: Any = keras.ops
"""Keras leaves their types to guesses, which are wrong."""


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


def _like(value, tensor):
    # (ops.cast would take a number through float32.)
    return ops.convert_to_tensor(value, dtype=tensor.dtype)
