"""Did adaptation pay? Writes a report on runs, one HTML file.

    tf_advseg report runs/20250101-advent
    tf_advseg report runs/advent-seed* runs/minent-seed* \\
        runs/source_only-seed* --out=report.html

The first run's method gets the verdict: its mIoU against source-only
training of the same settings, with a bootstrap confidence interval over
images. Source-only runs are given like the others, or found beside a run that
was trained with --compare=source_only. The file holds everything, pictures
too, asks the network for nothing and can be mailed.

Without labels of the target there is no verdict; what can be seen without
them is shown. --source and --target say where the domains lie now, if not
where the runs were trained.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import DomainSettings
from tf_advseg.settings.parts.finding import find_run
from tf_advseg.settings.parts.places import OutSettings


@dataclasses.dataclass(frozen=True)
class ReportSettings(OutSettings, DomainSettings):
    """One report."""

    GROUP = "What is measured and shown"

    out: str = same(
        OutSettings, "out", "", unset="report.html in the first run"
    )
    checkpoint: str = setting(
        "auto",
        "Which segmenter of each run: 'auto' is the one that label-free "
        "selection chose, or else 'last'; 'best' is its best.keras.",
        choices=("auto", "last", "best"),
        was="model",
    )
    limit: int = setting(
        500,
        "Images of each domain to look at, evenly spread over the split; 0: "
        "all.",
        low=0,
    )
    shown: int = setting(
        8,
        "Images to show with a slider; 0 shows none, so that the file holds "
        "no picture of anyone.",
        low=0,
        was="images",
    )
    draws: int = setting(
        2000, "Draws of the bootstrap that gives the intervals.", low=100
    )


COMMAND = Command(ReportSettings, place=50, words="RUN ...", finds=find_run)
