"""How a training run ended."""

import dataclasses

from tf_advseg.evaluation.result import Evaluation
from tf_advseg.runs.folder import RunFolder


@dataclasses.dataclass
class RunResult:
    """How a run ended.

    Attributes:
        folder: Its files.
        evaluation: Of the last weights on the target, or None without labels.
        chosen: The same of best.keras.
        chosen_by: How best.keras was chosen, in words.
        interrupted: Whether Ctrl-C ended it early.
        stopped: Whether an alarm did.
    """

    folder: RunFolder
    evaluation: Evaluation | None
    chosen: Evaluation | None
    chosen_by: str
    interrupted: bool
    stopped: bool = False
