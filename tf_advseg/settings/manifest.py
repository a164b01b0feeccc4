"""Writes down what a split's data is, to the byte, and gives it a short id.

    tf_advseg manifest --data=renders --out=renders.json
    tf_advseg manifest --data=renders --against=renders.json
    tf_advseg manifest --data=renders --out=renders.croissant.json

The id changes with every byte of an image or label, their names, and what
labels are taken to mean; not with the place of the folder. Training and
evaluation refuse other data with --expect_data=ID. A file whose name ends in
.croissant.json is a Croissant document. The exit status is 5 if --against
finds differences; it reads every file, where other commands take the hash of
one that has the size and time that it had.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import ClassesSettings
from tf_advseg.settings.parts.data import SplitSettings
from tf_advseg.settings.parts.places import OutSettings


@dataclasses.dataclass(frozen=True)
class ManifestSettings(OutSettings, ClassesSettings, SplitSettings):
    """One manifest."""

    GROUP = COMMON

    data: str = setting(
        "",
        "The domain: a registered name or a folder. Or a manifest, .json, or "
        "a Croissant document, .croissant.json, to read.",
    )
    split: str = same(SplitSettings, "split", "train")
    out: str = same(OutSettings, "out", "", unset="only print the id")
    against: str = setting(
        "",
        "Name the differences to this: a manifest, a Croissant document, or "
        "the id of a manifest that was made here before.",
        was="compare",
    )

    def __post_init__(self):
        super().__post_init__()
        if not self.data:
            raise ValueError(
                "Say which data: --data=FOLDER, a registered name, or a "
                "manifest file."
            )


COMMAND = Command(ManifestSettings, place=110)
