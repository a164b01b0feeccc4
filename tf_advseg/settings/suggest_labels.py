"""Suggests which images to label, with the model's masks as drafts.

    tf_advseg suggest_labels --run=runs/20250101-advent --out=to_label

ranks the unlabelled images of the run's target (or of --target) by what
labelling them would teach, and writes the first ones with drafts that CVAT,
Label Studio, COCO tools and Cityscapes' own read. --out is a folder of images
with a class map: put corrected masks into its labels/ and it is a labelled
domain. docs/platform.md has the way through each tool.
"""

import dataclasses

from tf_advseg.base.checks import check_choice
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.parts.data import DomainSettings
from tf_advseg.settings.parts.data import SplitSettings
from tf_advseg.settings.parts.model import BatchSettings
from tf_advseg.settings.parts.places import OutSettings
from tf_advseg.settings.parts.places import RunSettings

RANKINGS = ("combined", "entropy", "disagreement", "rare", "diversity")
DRAFTS = ("ids", "coco", "cvat", "label_studio", "cityscapes")


def parse_drafts(text: str) -> tuple[str, ...]:
    """Reads `--drafts`: formats separated by commas; empty: none.

    Raises:
        ValueError: If one does not exist.
    """
    names = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(check_choice("format of drafts", n, DRAFTS) for n in names)


@dataclasses.dataclass(frozen=True)
class SuggestSettings(
    SplitSettings, OutSettings, BatchSettings, RunSettings, Settings
):
    """One round of labelling."""

    GROUP = COMMON

    run: str = same(RunSettings, "run", "", finds=finding.find_model)
    target: str = same(DomainSettings, "target", "")
    target_classes: str = same(
        DataSettings, "target_classes", "", unset="the run's", group=COMMON
    )
    split: str = same(SplitSettings, "split", "train")
    count: int = setting(20, "How many images to suggest.", low=1)
    rank_by: str = setting(
        "combined",
        "What tells most: 'entropy' (where the model does not know), "
        "'disagreement' (where it sees the mirrored image otherwise), 'rare' "
        "(classes that there is little of), 'diversity' (images unlike each "
        "other), or 'combined', diverse ones of the best by the others.",
        choices=RANKINGS,
    )
    drafts: str = setting(
        ",".join(DRAFTS),
        "Formats of the drafts, separated by commas; '': none.",
        reads=parse_drafts,
    )
    out: str = same(OutSettings, "out", "to_label")

    def __post_init__(self):
        super().__post_init__()
        if not self.run:
            raise ValueError(
                "Say whose model: --run=FOLDER of a training run, or a .keras "
                "file with --target."
            )


COMMAND = Command(SuggestSettings, place=45)
