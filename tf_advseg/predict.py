"""Predicts images without labels: class maps, overlays, entropy maps.

    python -m tf_advseg.predict --model=runs/20250101-advent \\
        --input=photos --out=predictions --save=classes,overlay,entropy

The input is an image, a folder (with its subfolders), a pattern in quotes or
a video; a run of 10,000 images needs no more memory than one of ten. Images
that cannot be read are named, skipped and counted: the exit status is 3
then. Several models, --model=A,B --weights=0.5,0.5, predict together.
--runner=beam predicts in shards with Apache Beam; started again after a crash
it goes on where it was.
"""

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.model import PredictSettings

config.define_flags(PredictSettings)


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import predict as prediction_command

    settings = config.settings_from_flags(PredictSettings)
    return prediction_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
