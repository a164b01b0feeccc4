"""Runs a SavedModel on a job's images, in a process of its own.

    python -m tf_advseg.export.gate.saved_model_process JOB FOLDER BATCH THREADS

It also asks for a batch, whose class maps must equal those of single images.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_advseg.export.artefacts.saved_model_runtime import SavedModelRuntime
from tf_advseg.export.gate.measured_run import run_job


def main(job: str, path: str, batch_size: str, threads: str) -> None:
    """Runs the job."""
    tf.config.threading.set_intra_op_parallelism_threads(int(threads))
    runtimes = []

    def load():
        runtimes.append(SavedModelRuntime(path))
        return lambda image: runtimes[0].classes(image[np.newaxis])[0]

    def check(images):
        same = [image for image in images if image.shape == images[0].shape]
        return _compare(runtimes[0], same[: int(batch_size)])

    run_job(Path(job), load, check)


def _compare(runtime, batch):
    """Share of pixels on which a batch agrees with its images alone."""
    together = runtime.classes(np.stack(batch))
    alone = [runtime.classes(image[np.newaxis])[0] for image in batch]
    return {"batch_agreement": float(np.mean(together == np.stack(alone)))}


if __name__ == "__main__":
    main(*sys.argv[1:])
