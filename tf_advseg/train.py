"""Adapts a segmenter to a target domain.

With no flags it trains AdvEnt on the embedded street domains:

    python -m tf_advseg.train --method=advent

On your own data, a folder of labelled renders and one of photos:

    python -m tf_advseg.train --method=advent \\
        --source=renders --target=photos --source_size=360x640 \\
        --target_size=360x640 --crop=256x512 --steps=4000

Everything goes into one folder under runs/. --list shows the methods,
backbones, domains and presets; --preset=NAME takes a paper's settings.
"""

from absl import flags

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.train import TrainSettings

_PRESET = flags.DEFINE_string(
    "preset", None, "Settings to start from; --list shows them."
)
_LIST = flags.DEFINE_boolean(
    "list", False, "List methods, backbones, domains and presets, and exit."
)
config.define_flags(TrainSettings)
flags.DEFINE_alias("expect-data", "expect_data")


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import train as training_command
    from tf_advseg.experiment import catalogue
    from tf_advseg.settings import presets

    if _LIST.value:
        print(catalogue.text())
        return 0
    defaults = presets.settings_of(_PRESET.value) if _PRESET.value else {}
    settings = config.settings_from_flags(TrainSettings, defaults)
    return training_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
