"""Runs an ONNX file on a job's images, in a process of its own.

python -m tf_advseg.export.gate.onnx_process JOB FILE THREADS
"""

import sys
from pathlib import Path

from tf_advseg.export.artefacts.onnx_model import OnnxRuntime
from tf_advseg.export.gate.measured_run import run_job


def main(job: str, path: str, threads: str) -> None:
    """Runs the job."""

    def load():
        runtime = OnnxRuntime(path, int(threads))
        return lambda image: runtime(image)[0]

    run_job(Path(job), load)


if __name__ == "__main__":
    main(*sys.argv[1:])
