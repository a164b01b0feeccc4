"""Runs an artefact on a job's images, in a process of its own.

    python -m tf_advseg.export.gate.artefact_process JOB KIND PATH BATCH THREADS

Of a format that takes batches it also asks for one, and counts where its class
maps differ from those of single images.
"""

import sys
from pathlib import Path

import numpy as np

from tf_advseg.export import formats
from tf_advseg.export.gate.measured_run import run_job


def main(job: str, kind: str, path: str, batch_size: str, threads: str) -> None:
    """Runs the job."""
    artefact_format = formats.of_kind(kind)
    runtime = artefact_format.load(Path(path), int(threads))

    def check(images):
        same = [image for image in images if image.shape == images[0].shape]
        return _compare(runtime, same[: int(batch_size)])

    batches = artefact_format.batches
    run_job(Path(job), runtime.classes, check if batches else None)


def _compare(runtime, images):
    """On how many pixels a batch differs from its images alone."""
    together = runtime.batch(np.stack(images))
    alone = np.stack([runtime.classes(image) for image in images])
    return {
        "batch_pixels": alone.size,
        "batch_differing": int(np.sum(together != alone)),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
