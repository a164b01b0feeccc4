"""The processes that train together, and what they tell each other.

Every process runs the same program. What is summed or agreed here must be so
by all of them, in the same order: a call that only some make waits forever.
With a single process nothing is sent and every call is trivial.
"""

import json
from collections.abc import Callable
from typing import Any
from typing import TypeVar

import numpy as np
import tensorflow as tf

from tf_advseg.datasets.pipeline.batch_share import WHOLE_BATCH
from tf_advseg.datasets.pipeline.batch_share import BatchShare

Result = TypeVar("Result")

_ROOM = 1024
"""Numbers in the smallest message: few sizes mean few traced graphs."""


class ChiefError(ValueError):
    """The chief could not go on; it says why itself."""


class Workers:
    """The workers of a strategy, seen from one of them.

    Args:
        strategy: Of any kind; only `multi_worker` has more than one.
        uneven: Whether batches have more images of one kind than of another,
            which a strategy does not divide by itself.

    Attributes:
        count: How many there are.
        index: This one's place, from 0.
        is_chief: Whether it is the one that writes.
        num_devices: Replicas of each worker.
    """

    def __init__(self, strategy: tf.distribute.Strategy, uneven: bool = False):
        self.count, self.index = 1, 0
        multi = tf.distribute.MultiWorkerMirroredStrategy
        if isinstance(strategy, multi):
            resolver = strategy.cluster_resolver
            tasks = resolver.cluster_spec().as_dict()
            chiefs, workers = (
                len(tasks.get(t, ())) for t in ("chief", "worker")
            )
            self.count = max(chiefs + workers, 1)
            is_worker = resolver.task_type == "worker"
            self.index = (resolver.task_id or 0) + chiefs * is_worker
        self.is_chief = self.index == 0
        self.num_devices = strategy.num_replicas_in_sync // self.count
        self._in_pieces = self.count > 1 or (uneven and self.num_devices > 1)
        self._strategy = strategy
        self._sums: dict[tuple, Callable] = {}

    @property
    def batch_share(self) -> BatchShare:
        """What this worker reads of each batch.

        A single process reads all of it, and its strategy divides it.
        """
        if not self._in_pieces:
            return WHOLE_BATCH
        return BatchShare(self.index, self.count, self.num_devices)

    def distribute(
        self, batches: tf.data.Dataset
    ) -> tf.data.Dataset | tf.distribute.DistributedDataset:
        """Makes the workers' shares of batches one distributed data set."""
        if not self._in_pieces:
            return batches
        # TensorFlow's own sharding knows nothing of global batches.
        return self._strategy.distribute_datasets_from_function(
            lambda context: batches
        )

    def sum(self, array: np.ndarray) -> np.ndarray:
        """The sum of every worker's array, of one shape and type for all."""
        if self.count == 1:
            return array
        # One graph a shape, on purpose: an operation that workers share
        # keeps the shape it had first. Made outright, since TensorFlow warns
        # of functions that meet many shapes.
        key = array.shape, array.dtype
        if key not in self._sums:
            spec = tf.TensorSpec(*key)
            graph = tf.function(self._sum_of_replicas)
            self._sums[key] = graph.get_concrete_function(spec)
        return self._sums[key](tf.constant(array)).numpy()

    def any(self, flag: bool) -> bool:
        """Whether any worker says so."""
        return bool(self.sum(np.array([flag], np.int64))[0])

    def largest(self, number: int) -> int:
        """The largest of every worker's number, none below 0."""
        return int(max(self._rows(np.array([number]))[:, 0]))

    def gather(self, value: Any) -> list[Any]:
        """Every worker's value, which must be plain JSON, by index."""
        if self.count == 1:
            return [value]
        text = np.frombuffer(json.dumps(value).encode(), np.uint8)
        lengths = self._rows(np.array([len(text)]))[:, 0]
        room = _ROOM * 2 ** max(0, int(max(lengths) - 1) // _ROOM).bit_length()
        texts = self._rows(np.pad(text, (0, room - len(text))))
        return [
            json.loads(bytes(row[:length].astype(np.uint8)))
            for row, length in zip(texts, lengths, strict=True)
        ]

    def on_chief(self, action: Callable[[], Result]) -> Result | None:
        """Does something on the chief while the others wait for its end.

        Returns:
            What it returned; None on the others.

        Raises:
            ChiefError: On the others, if it failed on the chief.
        """
        if self.count == 1:
            return action()
        result = error = None
        if self.is_chief:
            try:
                result = action()
            except Exception as caught:
                error = caught
        failed = self.any(error is not None)
        if error is not None:
            raise error
        if failed:
            raise ChiefError(
                f"Worker {self.index} stops: the chief (worker 0) could not "
                "go on, and says why itself."
            )
        return result

    def check_same(self, what: str, values: dict[str, Any]) -> None:
        """Raises `ValueError` on all workers unless all give the same.

        Args:
            what: What is compared, for the message.
            values: Plain JSON values by name.
        """
        everyone = self.gather(values)
        for index, others in enumerate(everyone):
            for name, ours in everyone[0].items():
                if others[name] != ours:
                    raise ValueError(
                        f"Worker {index} has another {what} than the chief "
                        f"(worker 0): {name} is {others[name]}, not {ours}. "
                        "Start all workers with the same flags on the same "
                        "files."
                    )

    def wait(self) -> None:
        """Returns when all workers have come here."""
        self.any(False)

    def share_weights(self, variables: list[tf.Variable]) -> None:
        """Gives every worker the chief's values."""
        if self.count == 1:
            return
        values = [variable.numpy() for variable in variables]
        # float64 holds float32 and the 32-bit seeds exactly.
        flat = np.concatenate([v.ravel().astype(np.float64) for v in values])
        flat = self.sum(flat if self.is_chief else np.zeros_like(flat))
        ends = np.cumsum([value.size for value in values])
        parts = np.split(flat, ends[:-1])
        for variable, value, part in zip(variables, values, parts, strict=True):
            variable.assign(part.reshape(value.shape).astype(value.dtype))

    def _rows(self, row: np.ndarray) -> np.ndarray:
        """`(count, n)`: every worker's row of n numbers."""
        rows = np.zeros((self.count, len(row)), np.int64)
        rows[self.index] = row
        return self.sum(rows)

    def _sum_of_replicas(self, value: tf.Tensor) -> tf.Tensor:
        def on_replica(value):
            context = tf.distribute.get_replica_context()
            here = context.replica_id_in_sync_group % self.num_devices
            # A worker's devices hold the same value: one of them speaks.
            value = tf.where(here == 0, value, tf.zeros_like(value))
            return context.all_reduce(tf.distribute.ReduceOp.SUM, value)

        sums = self._strategy.run(on_replica, args=(value,))
        return self._strategy.experimental_local_results(sums)[0]
