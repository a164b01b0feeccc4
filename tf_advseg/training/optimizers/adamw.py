"""AdamW with a rate, and a share of the weight decay, for each variable.

    w = w - rate * weight_decay * w
    w = w - rate * (Adam's step)

Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019. The
arithmetic is that of Keras' AdamW, to the bit where no rule applies.
"""

from typing import Any

import keras

from tf_advseg.training.optimizers.rules import Rate
from tf_advseg.training.optimizers.rules import Rules
from tf_advseg.training.optimizers.rules import checked
from tf_advseg.training.optimizers.rules import first_match

ops: Any = keras.ops
"""Keras leaves their types to guesses, which are wrong."""

NO_DECAY = (("/gamma", 0.0), ("/beta", 0.0), ("/bias", 0.0))
"""Rule: scales, offsets and biases are not pulled towards zero. They are few,
and a norm's scale at zero switches its channel off."""


@keras.saving.register_keras_serializable(package="tf_advseg")
class AdamW(keras.optimizers.Adam):
    """Adam with decoupled weight decay.

    Args:
        learning_rate: A number or a schedule.
        weight_decay: Share of a variable that a step at rate 1 takes away.
        learning_rate_rules: Pairs of a substring of `variable.path` and a
            factor of the learning rate, and so of its decay; the first that
            matches counts.
        weight_decay_rules: The same with a factor of the weight decay.
        name: Of the optimizer.
        **kwargs: Of `keras.optimizers.Adam`.
    """

    def __init__(
        self,
        learning_rate: Rate = 1e-3,
        weight_decay: float = 1e-4,
        learning_rate_rules: Rules = (),
        weight_decay_rules: Rules = (),
        name: str = "adamw",
        **kwargs,
    ):
        # Keras must not see the weight decay: its own knows one rate.
        # Keras leaves the rate's type to a guess from its default, a number.
        super().__init__(
            learning_rate,  # pyright: ignore[reportArgumentType]
            name=name,
            **kwargs,
        )
        self.decay = weight_decay
        self.learning_rate_rules = checked(learning_rate_rules)
        self.weight_decay_rules = checked(weight_decay_rules)

    def build(self, var_list):
        if self.built:
            return
        super().build(var_list)
        # By index: inside a distributed step variables have no path.
        self.factors = [
            first_match(self.learning_rate_rules, variable.path, 1.0)
            for variable in var_list
        ]
        self.decays = [
            self.decay * first_match(self.weight_decay_rules, v.path, 1.0)
            for v in var_list
        ]

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        rate = ops.cast(learning_rate, variable.dtype) * self.factors[index]
        if self.decays[index]:
            self.assign_sub(variable, variable * self.decays[index] * rate)
        super().update_step(gradient, variable, rate)

    def get_config(self):
        return {
            **super().get_config(),
            "weight_decay": self.decay,
            "learning_rate_rules": self.learning_rate_rules,
            "weight_decay_rules": self.weight_decay_rules,
        }
