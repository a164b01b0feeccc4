"""Looks for what is wrong with the data of two domains, before training.

    python -m tf_advseg.check_data --source=renders --target=photos \\
        --sheet=sheet.png --json=findings.json

Opens every image and label once, in several processes, and names missing
partners, damaged files, labels off by one or with unknown ids, swapped
channels, EXIF rotation, copies within and across splits and domains, classes
that the source lacks, and more (docs/check_data.md). Prints sizes, class
shares, the gap between both class balances, and the id of each split's data.
The exit status is 5 if there are errors; warnings do not count.
"""

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.check_data import CheckSettings

config.define_flags(CheckSettings)


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import check_data as check_data_command

    settings = config.settings_from_flags(CheckSettings)
    return check_data_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
