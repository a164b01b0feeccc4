"""Runs the Keras models of an export on a job's images, in a fresh process.

    python -m tf_advseg.export.gate.keras_process JOB MODELS_JSON THREADS

This is what `tf_advseg predict` does with an image, and what every artefact
is compared with.
"""

import json
import sys
from pathlib import Path

from tf_advseg.base.process.quiet_tensorflow import import_quietly


def main(job: str, models: str, threads: str) -> None:
    """Runs the job."""
    import_quietly()
    import tensorflow as tf

    from tf_advseg.export.gate.measured_run import run_job

    tf.config.threading.set_intra_op_parallelism_threads(int(threads))
    run_job(Path(job), _load(json.loads(models)))


def _load(models):
    """The models as a function of an image.

    Args:
        models: `paths`, `weights`, `combine` as for `load_ensemble`, and
            `size`, [h, w] that images are resized to, or None.
    """
    from tf_advseg.datasets.files.resizing import resize_image
    from tf_advseg.evaluation import bands
    from tf_advseg.networks.ensemble_file import load_ensemble

    size = models.pop("size")
    ensemble = load_ensemble(**models, same_size=False).ensemble

    def predict(image):
        native = image.shape[:2]
        resized = resize_image(image, tuple(size) if size else native)
        (classes,) = bands.predict(
            ensemble, resized[None], native, bands.CLASSES
        )
        return classes[0]

    return predict


if __name__ == "__main__":
    main(*sys.argv[1:])
