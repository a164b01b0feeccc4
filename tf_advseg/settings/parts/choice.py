"""What a run can be told of its candidates and of the choice among them."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting

CHOOSERS = ("fused", "last", "labels")


@dataclasses.dataclass(frozen=True)
class ScoringSettings(Settings):
    """The images that candidates are scored on."""

    GROUP = "Choice of the model"
    DECIDES = "choice"

    select_images: int = setting(
        32,
        "Unlabelled images of the target that candidates are scored on.",
        low=1,
        was="images",
    )
    select_source_images: int = setting(
        16,
        "Held-out labelled images of the source that they are scored on.",
        low=1,
        was="source_images",
    )


@dataclasses.dataclass(frozen=True)
class ChoiceSettings(ScoringSettings):
    """The part of `TrainSettings` that decides what becomes best.keras."""

    snapshots: int = setting(
        10,
        "Models kept of evenly spread moments of the run, to choose among; 0 "
        "keeps none.",
        low=0,
    )
    ema_decay: float = setting(
        0.99,
        "Decay of the running average of weights that is kept beside them; "
        "0: no average.",
        low=0,
        below=1,
        decides="weights",
    )
    select: str = setting(
        "fused",
        "What chooses best.keras among the snapshots: 'fused' (a rank of "
        "scores that need no label of the target), 'last' (the last step), or "
        "'labels' (mIoU on --eval_split: an oracle, as it needs labels of the "
        "target).",
        choices=CHOOSERS,
    )
    patience: int = setting(
        0,
        "Stop when this many snapshots in a row were no better, by the fused "
        "score, than the best one before; 0: never.",
        low=0,
    )

    def __post_init__(self):
        super().__post_init__()
        if self.patience and not self.snapshots:
            raise ValueError(
                "--patience counts snapshots, but --snapshots=0 keeps none; "
                "give both or neither."
            )
