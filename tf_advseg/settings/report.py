"""What `tf_advseg.report` can be told, with its help."""

import dataclasses

from tf_advseg.base import checks
from tf_advseg.base.fields import setting

MODELS = ("auto", "last", "best")
"""`auto` is the checkpoint that label-free selection chose, or else `last`."""


@dataclasses.dataclass(frozen=True)
class ReportSettings:
    """One report. Each field is a flag; its help says what it does."""

    out: str = setting(
        "", "The HTML file to write; default: report.html in the first run."
    )
    model: str = setting(
        "auto",
        "Which segmenter of each run: 'auto' is the one that label-free "
        "selection chose, or else 'last'; 'best' is its best.keras.",
    )
    limit: int = setting(
        500,
        "Images of each domain to look at, evenly spread over the split; 0: "
        "all.",
    )
    images: int = setting(
        8,
        "Images to show with a slider; 0 shows none, so that the file holds "
        "no picture of anyone.",
    )
    draws: int = setting(
        2000, "Draws of the bootstrap that gives the intervals."
    )
    source: str = setting(
        "",
        "Where the labelled domain is now, if not where the runs were trained.",
    )
    target: str = setting("", "The same for the target.")

    def __post_init__(self):
        checks.check_choice("--model", self.model, MODELS)
        for name, least in (("limit", 0), ("images", 0), ("draws", 100)):
            if getattr(self, name) < least:
                raise ValueError(
                    f"--{name} must be at least {least}; received "
                    f"{getattr(self, name)}."
                )
