"""Chooses the best model of a run without labels of the target.

    tf_advseg select runs/20250101-advent

Candidates are the run's snapshots (raw weights and their running average) and
the mean of the last three. Each is scored on some unlabelled images of the
target and held-out ones of the source; a table shows the scores, and the
best by the fused rank becomes the run's best.keras, which the other commands
take. selection.json holds the numbers. Training does the same at its end; use
this command for another choice, more images, another camera (--target), or to
see, where there are labels, how far the choice is from the best (its regret).
docs/selection.md says what each score means.

Several runs may be given; with --out, each gets a folder in it. What was
scored before is not computed again.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.choice import CHOOSERS
from tf_advseg.settings.parts.choice import ScoringSettings
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import DomainSettings
from tf_advseg.settings.parts.finding import find_run
from tf_advseg.settings.parts.places import OutSettings


@dataclasses.dataclass(frozen=True)
class SelectSettings(ScoringSettings, OutSettings, DomainSettings):
    """One choice."""

    by: str = setting(
        "fused",
        "What chooses: 'fused' (a rank of scores that need no label of the "
        "target), 'last' (the last step), or 'labels' (mIoU: an oracle).",
        choices=CHOOSERS,
        group=COMMON,
    )
    labels: bool = setting(
        True,
        "Also show each candidate's mIoU where the run's --eval_split has "
        "labels, and the regret. It takes longer and has no part in the "
        "choice, unless --by=labels.",
        group=COMMON,
    )
    out: str = same(OutSettings, "out", "", unset="the run's own")


COMMAND = Command(SelectSettings, place=40, words="RUN ...", finds=find_run)
