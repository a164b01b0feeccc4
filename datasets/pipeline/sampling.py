"""Which sample comes at which position: a pure function, with no state.

Positions 0, 1, 2, ... count samples over the whole training. Position p of
a set of n samples lies in epoch `p // n` and takes entry `p % n` of that
epoch's own permutation. Nothing has to be remembered or read to know it, so
a resumed run starts at its position and meets the same samples.

The papers' programs repeat the list and shuffle the repeated list, so there
an image may come again before all have come once; here each comes once an
epoch.
"""

from typing import Any
from typing import Protocol

import tensorflow as tf

random: Any = tf.random
"""pyright's types of TensorFlow know neither `experimental` nor a `fold_in`
of tensors."""


class Sampler(Protocol):
    """Says which sample comes at a position."""

    def draw(
        self, position: tf.Tensor, order_seed: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor | None]:
        """Returns a sample's index, and a class that its crop should show.

        Args:
            position: int64 scalar, 0 for the first of the training.
            order_seed: `(2,)` int64.

        Returns:
            int64 scalars; None in place of the class if any crop will do.
        """
        ...


def stream_seeds(seed: int, stream: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns two `(2,)` int64 seeds of a stream: for order, for samples.

    Args:
        seed: The run's seed.
        stream: 0 for the source, 1 for the target: their orders differ.
    """
    seeds = tf.random.split(tf.constant([seed, stream], tf.int64), 2)
    return seeds[0], seeds[1]


def sample_index(
    position: tf.Tensor, num_samples: int, order_seed: tf.Tensor
) -> tf.Tensor:
    """Returns the index in `[0, num_samples)` of the sample at a position.

    Args:
        position: int64 scalar, 0 for the first sample of the training.
        num_samples: How many samples the set has.
        order_seed: `(2,)` int64.

    Returns:
        int64 scalar.
    """
    epoch = position // num_samples
    return random.experimental.index_shuffle(
        tf.math.floormod(position, num_samples),
        seed=random.fold_in(order_seed, epoch),
        max_index=tf.constant(num_samples - 1, tf.int64),
    )


def sample_seed(position: tf.Tensor, samples_seed: tf.Tensor) -> tf.Tensor:
    """Returns the `(2,)` int64 seed of the augmentation at a position."""
    return random.fold_in(samples_seed, position)
