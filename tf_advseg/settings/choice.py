"""What a run can be told of its candidates and of the choice among them."""

import dataclasses

from tf_advseg.base import checks
from tf_advseg.base.fields import setting

CHOOSERS = ("fused", "last", "labels")


@dataclasses.dataclass(frozen=True)
class ChoiceSettings:
    """The part of `TrainSettings` that decides what becomes best.keras."""

    snapshots: int = setting(
        10,
        "Models kept of evenly spread moments of the run, to choose among; 0 "
        "keeps none.",
    )
    ema_decay: float = setting(
        0.99,
        "Decay of the running average of weights that is kept beside them; "
        "0: no average.",
    )
    select: str = setting(
        "fused",
        "What chooses best.keras among the snapshots: 'fused' (a rank of "
        "scores that need no label of the target), 'last' (the last step), or "
        "'labels' (mIoU on --eval_split: an oracle, as it needs labels of the "
        "target).",
    )
    select_images: int = setting(
        32, "Unlabelled images of the target that snapshots are scored on."
    )
    select_source_images: int = setting(
        16, "Held-out labelled images of the source that they are scored on."
    )
    patience: int = setting(
        0,
        "Stop when this many snapshots in a row were no better, by the fused "
        "score, than the best one before; 0: never.",
    )

    def __post_init__(self):
        if self.snapshots < 0:
            raise ValueError(
                f"--snapshots must be 0 or more; received {self.snapshots}."
            )
        if not 0 <= self.ema_decay < 1:
            raise ValueError(
                "--ema_decay must be at least 0 and below 1; received "
                f"{self.ema_decay}."
            )
        for name in ("select_images", "select_source_images"):
            checks.check_range(f"--{name}", getattr(self, name), low=1)
        checks.check_range("--patience", self.patience, low=0)
        checks.check_choice("--select", self.select, CHOOSERS)
        if self.patience and not self.snapshots:
            raise ValueError(
                "--patience counts snapshots, but --snapshots=0 keeps none; "
                "give both or neither."
            )
