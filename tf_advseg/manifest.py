"""Writes down what a split's data is, to the byte, and gives it a short id.

    python -m tf_advseg.manifest --data=renders --out=renders.json
    python -m tf_advseg.manifest --data=renders --compare=renders.json
    python -m tf_advseg.manifest --data=renders --out=renders.croissant.json

The id changes with every byte of an image or label, their names, and what
labels are taken to mean; not with the place of the folder. Training and
evaluation refuse other data with --expect_data=ID. The exit status is 5 if
--compare finds differences.
"""

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.manifest import ManifestSettings

config.define_flags(ManifestSettings)


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import manifest as manifest_command

    settings = config.settings_from_flags(ManifestSettings)
    return manifest_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
