"""Draws from several domains by their shares: a pure function, as `sampling`.

Places are dealt to the domains so that of the first n each has its share, but
for an image or two; positions are these places, shuffled in runs of 64. So
shares hold at the end of each run, which domain comes next follows no pattern,
and the images of a domain come each once in an epoch of its own, however many
the others have.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.pipeline.sampling import Sampler
from tf_advseg.datasets.pipeline.sampling import random
from tf_advseg.datasets.pipeline.sampling import sample_index

RUN = 64
_WHOLE = 10**6
"""Shares are counted in parts of a million: whole numbers do not drift."""


class MixedSampler:
    """Which image of a mixture comes at which position.

    Args:
        indices: Where each domain's images stand in the mixture, `(N,)` each.
        shares: Of the draws, one a domain; sum 1.
        samplers: Which image of a domain comes, in its own order; None takes
            each once an epoch, shuffled. All or none of them.
    """

    def __init__(
        self,
        indices: Sequence[np.ndarray],
        shares: Sequence[float],
        samplers: Sequence[Sampler] = (),
    ):
        # Arrays: tensors made here might lie on a GPU.
        self._indices = [np.asarray(one, np.int64) for one in indices]
        self._samplers = samplers
        limits = np.round(np.cumsum(shares) / np.sum(shares) * _WHOLE)
        self._parts = np.diff(limits, prepend=0).astype(int).tolist()

    @classmethod
    def of(
        cls, mixture: Mixture, split: str, samplers: Sequence[Sampler] = ()
    ) -> "MixedSampler":
        """Returns the sampler of a split of a mixture.

        Args:
            mixture: The mixture.
            split: The split.
            samplers: One for each part that has the split, or none.
        """
        shares = [part.share for part in mixture.parts_with(split)]
        return cls(mixture.indices(split), shares, samplers)

    def draw(
        self, position: tf.Tensor, order_seed: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor | None]:
        """Returns the image's index and the class it is drawn for.

        Args:
            position: int64 scalar, 0 for the first of the training.
            order_seed: `(2,)` int64.
        """
        domain, numbers = self.deal(position, order_seed)
        found, wanted = [], []
        for which, number in enumerate(numbers):
            seed = random.fold_in(order_seed, tf.constant(which, tf.int64))
            if self._samplers:
                index, label = self._samplers[which].draw(number, seed)
                wanted.append(label)
            else:
                size = len(self._indices[which])
                index = sample_index(number, size, seed)
            found.append(tf.gather(self._indices[which], index))
        index = tf.gather(tf.stack(found), domain)
        return index, tf.gather(tf.stack(wanted), domain) if wanted else None

    def deal(
        self, position: tf.Tensor, order_seed: tf.Tensor
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Returns which domain a position is given to.

        Args:
            position: int64 scalar.
            order_seed: `(2,)` int64.

        Returns:
            The domain, int64 scalar, and of each how many came before.
        """
        run = position // RUN
        place = random.experimental.index_shuffle(
            tf.math.floormod(position, RUN),
            seed=random.fold_in(order_seed, run),
            max_index=tf.constant(RUN - 1, tf.int64),
        )
        # The first domain takes its share of all, the next of what is left.
        left, whole = run * RUN + place, sum(self._parts)
        numbers, takes = [], []
        for part in self._parts:
            before = left * part // whole
            takes.append((left + 1) * part // whole > before)
            numbers.append(before)
            left, whole = left - before, whole - part
        return tf.argmax(tf.cast(tf.stack(takes), tf.int32)), numbers
