"""Teaches a light network what trained ones see, without labels of the target.

    tf_advseg distil --teacher=runs/adapted --student=efficientnet_lite0

The teachers are models that were trained and adapted before, of any size. The
student learns their predictions on images of both domains, and the labels of
the source; it is a run like any other, for `export`, `report`, `runs`. Domains
and samples are those of the first teacher's run, where no flag says another
thing. All flags of `train` are flags here; docs/training.md says when a
student gains.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts import presets
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.parts.samples import SampleSettings
from tf_advseg.settings.parts.training.network import NetworkSettings
from tf_advseg.settings.parts.training.network import TeacherSettings
from tf_advseg.settings.train import TrainSettings

METHOD = "distil"

TAUGHT_ON = [
    field.name
    for field in dataclasses.fields(DataSettings)
    + dataclasses.fields(SampleSettings)
    if field.metadata["decides"] == "weights"
]
"""The settings that are the teacher's unless a flag says another thing."""


@dataclasses.dataclass(frozen=True)
class DistilSettings(TrainSettings):
    """One run that learns from trained models."""

    GROUP = COMMON

    teacher: str = same(
        TeacherSettings, "teacher", "", unset="must be given", group=COMMON
    )
    student: str = setting(
        "",
        "The network that learns, as --backbone.",
        finds=finding.find_backbone,
        unset="--backbone",
    )
    method: str = same(TrainSettings, "method", METHOD)
    source: str = same(TrainSettings, "source", "", unset="the teacher's")
    target: str = same(TrainSettings, "target", "", unset="the teacher's")

    def __post_init__(self):
        super().__post_init__()
        if not self.teacher_paths:
            raise ValueError(
                "Say who teaches: --teacher=RUN, the folder of a run, or a "
                ".keras file; several, separated by commas, teach together."
            )
        if self.method.partition("(")[0] != METHOD:
            raise ValueError(
                f"`distil` trains by --method={METHOD}, with options in "
                f"parentheses; received {self.method!r}. `tf_advseg train` "
                "has the other methods."
            )
        backbone = NetworkSettings.__dataclass_fields__["backbone"].default
        if self.student and self.backbone not in (backbone, self.student):
            raise ValueError(
                f"--student={self.student} and --backbone={self.backbone} are "
                "two names of one network; leave one out."
            )

    def of_a_run(self, taught_on: dict[str, object]) -> TrainSettings:
        """The run that `train` is to make.

        Args:
            taught_on: The teacher's settings, for what no flag says.
        """
        fields = dataclasses.fields(TrainSettings)
        values = {field.name: getattr(self, field.name) for field in fields}
        for name in TAUGHT_ON:
            default = DistilSettings.__dataclass_fields__[name].default
            if values[name] == default and name in taught_on:
                values[name] = taught_on[name]
        if self.student:
            values["backbone"] = self.student
        return TrainSettings(**values)


COMMAND = Command(DistilSettings, place=12, presets=presets.settings_of)
