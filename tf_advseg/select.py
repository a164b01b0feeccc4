"""Chooses the best model of a run without labels of the target.

    python -m tf_advseg.select runs/20250101-advent

Candidates are the run's snapshots (raw weights and their running average) and
the mean of the last three. Each is scored on some unlabelled images of the
target and held-out ones of the source; a table shows the scores, and the
best by the fused rank becomes the run's best.keras, which the other commands
take. selection.json holds the numbers. Training does the same at its end; use
this command for another choice, more images, another camera, or to see, where
there are labels, how far the choice is from the best (its regret).
docs/selection.md says what each score means.

Several runs may be given. What was scored before is not computed again.
"""

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.select import SelectSettings

config.define_flags(SelectSettings)


def main(arguments: list[str]) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import select as selection_command

    settings = config.settings_from_flags(SelectSettings)
    return selection_command.run(arguments[1:], settings)


if __name__ == "__main__":
    command_line.launch(main)
