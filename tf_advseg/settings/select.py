"""What `tf_advseg.select` can be told, with its help."""

import dataclasses

from tf_advseg.base import checks
from tf_advseg.base.fields import setting
from tf_advseg.settings.choice import CHOOSERS


@dataclasses.dataclass(frozen=True)
class SelectSettings:
    """One choice. Each field is a flag; its help says what it does."""

    by: str = setting(
        "fused",
        "What chooses: 'fused' (a rank of scores that need no label of the "
        "target), 'last' (the last step), or 'labels' (mIoU: an oracle).",
    )
    images: int = setting(
        32, "Unlabelled images of the target that candidates are scored on."
    )
    source_images: int = setting(
        16, "Held-out labelled images of the source that they are scored on."
    )
    labels: bool = setting(
        True,
        "Also show each candidate's mIoU where the run's --eval_split has "
        "labels, and the regret. It takes longer and has no part in the "
        "choice, unless --by=labels.",
    )
    source: str = setting("", "The source, if it is no longer where it was.")
    target: str = setting(
        "", "The target, if it is no longer where it was, or another camera."
    )
    out: str = setting(
        "",
        "Folder for selection.json and best.keras; default: the run's own. "
        "With several runs, one folder in it for each.",
    )

    def __post_init__(self):
        checks.check_choice("--by", self.by, CHOOSERS)
        for name in ("images", "source_images"):
            checks.check_range(f"--{name}", getattr(self, name), low=1)
