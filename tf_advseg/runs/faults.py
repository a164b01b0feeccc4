"""A fault that ends a run, told with what is left of the run."""

import contextlib
from collections.abc import Iterator

from tf_advseg.base.files.state_files import StateFiles
from tf_advseg.base.process.fault_text import Fault
from tf_advseg.base.process.fault_text import explain
from tf_advseg.runs.folder import RunFolder


@contextlib.contextmanager
def faults_explained(run: str) -> Iterator[None]:
    """Raises the machine's faults as one sentence about a run's folder.

    Raises:
        Fault: Instead of an error that `explain` knows.
    """
    try:
        yield
    except Exception as error:
        sentence = explain(error, run)
        if sentence is None:
            raise
        raise Fault(f"{sentence} {_what_is_left(run)}") from error


def _what_is_left(run: str) -> str:
    states = StateFiles(RunFolder(run).checkpoints).states()
    if not states:
        return "No checkpoint was saved yet."
    return (
        f"The checkpoint of step {states[-1].step} is whole; go on with "
        f"--run={run} --resume"
    )
