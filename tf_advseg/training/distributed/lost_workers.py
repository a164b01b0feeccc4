"""What a worker says when another one is gone.

TensorFlow's coordination service notices a worker that died or cannot be
reached after about ten seconds and ends every operation that waits for it.
"""

import contextlib
from collections.abc import Iterator

import tensorflow as tf

_SIGNS = (
    "Collective ops is aborted",
    "coordination service",
    "CoordinationService",
    "stopped sending heartbeats",
)


class LostWorker(ConnectionError):
    """Another worker died, or cannot be reached any more."""


@contextlib.contextmanager
def clear_lost_worker() -> Iterator[None]:
    """Turns TensorFlow's page about an aborted operation into `LostWorker`.

    Errors that have another cause pass as they are.
    """
    try:
        yield
    except tf.errors.OpError as error:
        if not any(sign in str(error) for sign in _SIGNS):
            raise
        raise LostWorker(
            "Another worker stopped or cannot be reached: its own output says "
            "why. Start all workers again with --resume: training goes on "
            "from the last checkpoint."
        ) from None
