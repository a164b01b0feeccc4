"""Which part of every global batch one worker reads.

The samples of a global batch lie at positions t B, ..., t B + B - 1. Worker w
of W takes the w-th of W equal parts and cuts it into one piece for each of
its devices. So all workers together see the batches that a single process
sees, no sample is read twice, and none depends on how many workers there are.
"""

import dataclasses

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class BatchShare:
    """One worker's part; by default the whole batch in one piece.

    Args:
        index: The worker, from 0.
        count: How many workers there are.
        pieces: Batches that its part is cut into, one a device.
    """

    index: int = 0
    count: int = 1
    pieces: int = 1

    def piece_size(self, batch_size: int) -> int:
        """Images in one piece of a global batch of B images.

        Raises:
            ValueError: If B cannot be divided so.
        """
        parts = self.count * self.pieces
        if batch_size % parts:
            raise ValueError(
                f"A batch of {batch_size} images cannot be divided among "
                f"{self.count} workers with {self.pieces} devices each; give "
                f"a multiple of {parts}."
            )
        return batch_size // parts

    def positions(self, start: int, batch_size: int) -> tf.data.Dataset:
        """This worker's positions, in order, from global batch `start` on."""
        mine = self.piece_size(batch_size) * self.pieces
        first = self.index * mine
        counter = tf.data.Dataset.counter(start * mine, dtype=tf.int64)
        if mine == batch_size:
            return counter
        return counter.map(lambda n: n // mine * batch_size + first + n % mine)


WHOLE_BATCH = BatchShare()
