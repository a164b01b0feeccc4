"""One operation at a time, so that the same run gives the same bits.

A gradient that reaches a tensor by several ways is summed by TensorFlow's
AddN, which adds first into whichever of its inputs nobody else holds at that
moment. Which one that is depends on what runs beside it, and the order of a
sum of floats shows in its last bits: on a processor with several threads two
runs of one command differed after eight steps, also under
`tf.config.experimental.enable_op_determinism`. Each operation still uses all
cores.
"""

import os

import tensorflow as tf

THREADS = "TF_NUM_INTEROP_THREADS"


def fix() -> bool:
    """Makes training on a processor repeatable, bit by bit; True if it is.

    Call it before TensorFlow runs anything; later it is too late, and nothing
    changes. On a GPU, whose operations come in order anyway, and where
    TF_NUM_INTEROP_THREADS is set, it does nothing.
    """
    if os.environ.get(THREADS) or tf.config.list_physical_devices("GPU"):
        return False
    try:
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:  # TensorFlow is at work already.
        return False
    return True
