"""Predicts images without labels: class maps, overlays, entropy maps.

    tf_advseg predict photo.jpg
    tf_advseg predict photos --model=runs/20250101-advent \\
        --out=predictions --save=classes,overlay,entropy

Without --model the model that comes with tf_advseg predicts, `streets`: it
learned from drawn streets, so that maps of photos are poor. An exported .tflite
predicts as on the device. The input, also --input=INPUT, is an image, a folder
(with its subfolders), a pattern in quotes or a video; a run of 10,000 images
needs no more memory than one of ten. Paths below the input folder are kept in
--out; files of an earlier run are replaced, inputs never. Images that cannot be
read are named, skipped and counted: the exit status is 3 then. Several models,
--model=A,B --ensemble_weights=0.5,0.5, predict together. --runner=beam predicts
in shards with Apache Beam; started again after a crash it goes on where it was.
"""

import dataclasses

from tf_advseg import starter
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import BatchSettings
from tf_advseg.settings.parts.model import ModelSettings
from tf_advseg.settings.parts.model import ViewsSettings
from tf_advseg.settings.parts.places import ImagesSettings

_OF_KERAS = (
    "ensemble_weights",
    "combine",
    "size",
    "tta_scales",
    "tta_flip",
    "window",
    "overlap",
    "runner",
)
"""Flags that a .tflite cannot follow: its graph and its size are made."""


@dataclasses.dataclass(frozen=True)
class PredictSettings(
    ModelSettings, ViewsSettings, ImagesSettings, BatchSettings
):
    """One prediction run."""

    GROUP = "Runner"

    model: str = same(
        ModelSettings,
        "model",
        "",
        unset=starter.NAME,
        finds=finding.find_models_or_starter,
    )
    runner: str = setting(
        "local",
        "'local': in this process. 'beam': in shards, with Apache Beam (extra "
        "'beam'); started again after a crash it goes on where it was.",
        choices=("local", "beam"),
    )
    shard_size: int = setting(
        50, "Images in a shard, with --runner=beam.", low=1
    )
    beam_options: str = setting(
        "",
        "Beam's own options, '--runner=FlinkRunner --parallelism=8' say.",
        unset="Beam's local runner",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.exported and len(self.model_paths) > 1:
            raise ValueError(
                f"An exported .tflite predicts alone; received {self.model!r}. "
                "Give one, or the .keras files of all."
            )
        for name in _OF_KERAS if self.exported else ():
            value = getattr(self, name)
            if value != type(self).__dataclass_fields__[name].default:
                raise ValueError(
                    f"--{name}={value} needs a .keras file or a run: an "
                    f"exported .tflite, {self.model_paths[0]!r}, is as it is."
                )

    @property
    def model_paths(self) -> list[str]:
        """The models; the one that comes with the package without --model."""
        return super().model_paths if self.model else [starter.NAME]

    @property
    def exported(self) -> str:
        """The .tflite file that predicts; empty: Keras models do."""
        paths = [str(starter.FILE)]
        if self.model:
            paths = list(map(starter.find, self.model_paths))
        return next((p for p in paths if p.endswith(".tflite")), "")

    @property
    def is_starter(self) -> bool:
        """Whether the model is the one that comes with the package."""
        return self.exported == str(starter.FILE)


COMMAND = Command(PredictSettings, place=30, words="[INPUT]", fills="input")
