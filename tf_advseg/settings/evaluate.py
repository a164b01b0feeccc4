"""Evaluates a trained model on a labelled split: IoU, means, confusion.

    tf_advseg evaluate --model=runs/20250101-advent \\
        --target=photos --split=val --out=evaluation

Images are resized to the model's evaluation size, logits directly to the
size of each label, and one confusion matrix is filled over the whole split;
a class that occurs neither in the labels nor in the predictions is in no
mean. The official protocol on Cityscapes is --size=512x1024; means over 19,
16 and 13 classes come from the one pass. Without labels, entropy and class
shares of the predictions are shown. --out=FOLDER writes evaluation.json,
iou.txt, confusion.csv and confusion.png. The exit status is 3 if images were
skipped.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import ClassesSettings
from tf_advseg.settings.parts.data import DomainSettings
from tf_advseg.settings.parts.data import ExpectedDataSettings
from tf_advseg.settings.parts.data import SplitSettings
from tf_advseg.settings.parts.model import BatchSettings
from tf_advseg.settings.parts.model import ModelSettings
from tf_advseg.settings.parts.model import ViewsSettings
from tf_advseg.settings.parts.places import OutSettings


@dataclasses.dataclass(frozen=True)
class EvaluateSettings(
    ModelSettings,
    ViewsSettings,
    ExpectedDataSettings,
    OutSettings,
    BatchSettings,
    SplitSettings,
):
    """One evaluation."""

    GROUP = "Tables"

    target: str = same(DomainSettings, "target", "streets-real")
    classes: str = same(
        ClassesSettings,
        "classes",
        "",
        unset="classes.yaml in that folder, or else the model's ids",
    )
    out: str = same(OutSettings, "out", "", unset="only print")
    subsets: str = setting(
        "",
        "Further means, separated by commas: cityscapes19, cityscapes16, "
        "cityscapes13, or class names joined by '+' (road+car).",
        unset="those of Cityscapes that the classes contain",
    )
    confusion: bool = setting(
        False, "Print the confusion matrix too, in percent of the truth."
    )


COMMAND = Command(EvaluateSettings, place=20)
