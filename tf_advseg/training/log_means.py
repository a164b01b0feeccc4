"""Means of what steps log, over the steps since the last time."""

import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf


class NonFiniteLoss(ArithmeticError):
    """A loss, or a weight, became NaN or infinite; that is for good."""


class LogMeans:
    """Gathers some of the numbers of each step; gives means now and then.

    Args:
        every: Steps between means; 0 gathers nothing.
        last_step: Has its means too, of what steps there were.
        belongs: Which names are gathered.
        finite_only: Leaves values that are not finite out of means: the
            gradient of a step that loss scaling drops may overflow.
    """

    def __init__(
        self,
        every: int,
        last_step: int,
        belongs: Callable[[str], bool],
        finite_only: bool = False,
    ):
        self.every = every
        self.last_step = last_step
        self._belongs = belongs
        self._finite_only = finite_only
        self._pending: dict[str, list[np.ndarray | tf.Tensor]] = {}

    def add(self, logs: Mapping[str, tf.Tensor]) -> None:
        """Takes what one step, or several, logged: vectors by name."""
        for name, values in logs.items():
            if self.every and self._belongs(name):
                self._pending.setdefault(name, []).append(values)

    def is_due(self, step: int) -> bool:
        """Whether means are wanted after this step."""
        if not self.every:
            return False
        return step % self.every == 0 or step == self.last_step

    def take(self) -> dict[str, float]:
        """The means since the last time, by name."""
        means = {}
        for name, tensors in self._pending.items():
            values = np.concatenate([np.ravel(t) for t in tensors])
            finite = values[np.isfinite(values)]
            if self._finite_only and finite.size:
                values = finite
            means[name] = float(values.astype(np.float64).mean())
        self._pending = {}
        return means

    def pending(self) -> dict[str, list[float]]:
        """What the next means will be of, so far."""
        return {
            name: [float(v) for tensor in tensors for v in np.ravel(tensor)]
            for name, tensors in self._pending.items()
        }

    def restore(self, pending: Mapping[str, list[float]]) -> None:
        """Takes what `pending` gave."""
        self._pending = {
            name: [np.asarray(values, np.float32)]
            for name, values in pending.items()
        }


class LogState(tf.train.experimental.PythonState):
    """What was gathered but not logged yet, for checkpoints.

    A run that is stopped between two logs and resumed so logs the same means
    as one that went through.
    """

    def __init__(self):
        self.forget()

    def attach(self, *means: LogMeans) -> None:
        """Follows these, and gives them what was restored, if anything."""
        for one, pending in zip(means, self._restored, strict=False):
            one.restore(pending)
        self._means, self._restored = means, []

    def forget(self) -> None:
        """Starts anew: what was gathered belongs to steps undone."""
        self._means, self._restored = (), []

    def check(self, step: int) -> None:
        """Raises `NonFiniteLoss` if the losses since the last log are not
        finite, so that no checkpoint is made of what they did."""
        losses = self._means[0].pending() if self._means else {}
        means = {name: float(np.mean(v)) for name, v in losses.items()}
        check_finite(means, step)

    def serialize(self) -> str:
        return json.dumps([means.pending() for means in self._means])

    def deserialize(self, string_value) -> None:
        self._restored = json.loads(tf.compat.as_str(string_value))


def check_finite(means: Mapping[str, float], step: int) -> None:
    """Raises `NonFiniteLoss`, naming the loss, if a mean is not finite."""
    broken = [name for name, mean in means.items() if not np.isfinite(mean)]
    if broken:
        first = next((name for name in broken if name != "loss"), broken[0])
        raise NonFiniteLoss(
            f"The loss {first!r} became {means[first]} at or shortly before "
            f"step {step}. Lower the learning rate or this loss's weight; the "
            "last checkpoint is from before."
        )


def check_weights(variables: Iterable[keras.Variable], step: int) -> None:
    """Raises `NonFiniteLoss`, naming the weight, if one is not finite.

    Losses need not show it: oneDNN joins batch norm and ReLU in one operation
    that makes 0 of NaN, while gradients and moving statistics become NaN.
    """
    for variable in variables:
        value = tf.convert_to_tensor(variable)
        if value.dtype.is_floating and not tf.reduce_all(
            tf.math.is_finite(value)
        ):
            raise NonFiniteLoss(
                f"The weights {variable.path!r} became NaN or infinite at or "
                f"shortly before step {step}, though no loss did. Lower the "
                "learning rate; the last checkpoint is from before."
            )
