"""Looks for what is wrong with the data of two domains, before training.

    tf_advseg check_data --source=renders --target=photos \\
        --sheet=sheet.png --json=findings.json

Opens every image and label once, in several processes, and names missing
partners, damaged files, labels off by one or with unknown ids, swapped
channels, EXIF rotation, copies within and across splits and domains, classes
that the source lacks, and more (docs/check_data.md). Prints sizes, class
shares, the gap between both class balances, and the id of each split's data.
One domain may be left out. The exit status is 5 if there are errors; warnings
do not count.
"""

import dataclasses

from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import DataSettings


@dataclasses.dataclass(frozen=True)
class CheckSettings(DataSettings):
    """One look at data."""

    all_splits: bool = setting(
        False,
        "Look at the other splits of both domains as well.",
        group=DataSettings.GROUP,
    )
    json: str = setting(
        "", "File to write everything found to, as JSON.", group=COMMON
    )
    sheet: str = setting(
        "",
        "PNG file to draw images, labels and overlays into: some of each "
        "split, and of what is wrong.",
        group=COMMON,
    )
    processes: int = setting(
        0,
        "Processes that open files; 0: one a core (a few files need none).",
        low=0,
    )

    def __post_init__(self):
        super().__post_init__()
        if not self.source and not self.target:
            raise ValueError(
                "Say what to look at: --source=FOLDER, --target=FOLDER, or "
                "both."
            )
        if self.target_labels and not self.target:
            raise ValueError(
                "--target_labels are images of a target; give --target too."
            )


COMMAND = Command(CheckSettings, place=100)
