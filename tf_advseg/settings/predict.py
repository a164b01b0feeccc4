"""Predicts images without labels: class maps, overlays, entropy maps.

    tf_advseg predict --model=runs/20250101-advent \\
        --input=photos --out=predictions --save=classes,overlay,entropy

The input is an image, a folder (with its subfolders), a pattern in quotes or
a video; a run of 10,000 images needs no more memory than one of ten. Paths
below the input folder are kept in --out; files of an earlier run are replaced,
inputs never. Images that cannot be read are named, skipped and counted: the
exit status is 3 then. Several models, --model=A,B --ensemble_weights=0.5,0.5,
predict together. --runner=beam predicts in shards with Apache Beam; started
again after a crash it goes on where it was.
"""

import dataclasses

from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import BatchSettings
from tf_advseg.settings.parts.model import ModelSettings
from tf_advseg.settings.parts.model import ViewsSettings
from tf_advseg.settings.parts.places import ImagesSettings


@dataclasses.dataclass(frozen=True)
class PredictSettings(
    ModelSettings, ViewsSettings, ImagesSettings, BatchSettings
):
    """One prediction run."""

    GROUP = "Runner"

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


COMMAND = Command(PredictSettings, place=30)
