"""Imports TensorFlow without its start-up notices.

A dozen lines about oneDNN and missing GPUs would stand before a newcomer's
first message, and no Python setting removes them: they go straight to file
descriptor 2. Set TF_CPP_MIN_LOG_LEVEL yourself to see everything.
"""

import os
import sys


def import_quietly() -> None:
    """Imports TensorFlow with file descriptor 2 closed off meanwhile.

    Python's own errors are raised as always.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        import tensorflow as tf

        tf.config.list_physical_devices()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
