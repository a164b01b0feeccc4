"""Searches for settings that train better, with or without labels.

    tf_advseg tune --trials=30 --study=runs/search

Each trial is a training run of its own, in a folder of the study, which every
other command takes: runs/search/trial_0007. What is searched, and between
which ends, --space says, a YAML file:

    learning_rate: {low: 3.0e-4, high: 3.0e-3, log: true}
    decoder: [fpn, deeplab_v2]

All flags of `train` are flags here: what the space does not name stays as
they say, and the first trial has their values throughout. The same command
goes on with a study that was ended, and several at once share its trials.
docs/platform.md says what a trial is judged by, and what a study holds.
"""

import dataclasses

from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts import presets
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import NO_SOURCE
from tf_advseg.settings.train import TrainSettings

OBJECTIVES = ("agreement", "miou")


@dataclasses.dataclass(frozen=True)
class TuneSettings(TrainSettings):
    """One search, and the runs that it is made of."""

    GROUP = COMMON
    DECIDES = "course"

    trials: int = setting(
        30, "Runs in all, of every process that shares the study.", low=1
    )
    study: str = setting(
        "",
        "The folder of the study; one that is there is gone on with.",
        unset="a new one under runs/",
    )
    space: str = setting(
        "",
        "YAML file that says which flags of `train` are searched.",
        finds=finding.find_file,
        unset="some that matter, without those given here",
    )
    objective: str = setting(
        "agreement",
        "What a trial is judged by: 'agreement', which needs no label of the "
        "target, or 'miou' on --eval_split, for experiments.",
        choices=OBJECTIVES,
    )
    prune: bool = setting(
        True,
        "End a trial early whose label-free score is below the median of the "
        "others' at the same moment.",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.run or self.resume:
            raise ValueError(
                "The trials of a search have folders of their own in --study, "
                "and a study that is there is gone on with: leave --run and "
                "--resume out."
            )
        if self.dry_run:
            raise ValueError(
                "A search tries, and what it will try depends on what came "
                "out: leave --dry_run out, or give it to `tf_advseg train`."
            )
        if self.source == NO_SOURCE:
            raise ValueError(
                "A search compares trials by their mIoU on a source, and "
                "--source=none has none: tune with the source, then adapt."
            )
        if self.strategy == "multi_worker":
            raise ValueError(
                "A search gives each process trials of its own: start `tune` "
                "several times with one --study instead of "
                "--strategy=multi_worker."
            )
        if not self.snapshots:
            raise ValueError(
                "A trial is judged by its snapshots; --snapshots must be at "
                "least 1, not 0."
            )

    def of_a_run(self) -> TrainSettings:
        """The part that is about a run; nothing is trained beside it."""
        names = [field.name for field in dataclasses.fields(TrainSettings)]
        values = {name: getattr(self, name) for name in names}
        if self.compare == "auto":
            values["compare"] = "none"
        if self.report == "auto":
            values["report"] = "false"
        return TrainSettings(**values)


COMMAND = Command(TuneSettings, place=15, presets=presets.settings_of)
