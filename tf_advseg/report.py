"""Did adaptation pay? Writes a report on runs, one HTML file.

    python -m tf_advseg.report runs/20250101-advent
    python -m tf_advseg.report runs/advent-seed* runs/minent-seed* \\
        runs/source_only-seed* --out=report.html

The first run's method gets the verdict: its mIoU against source-only
training of the same settings, with a bootstrap confidence interval over
images. Source-only runs are given like the others, or found beside a run that
was trained with --compare=source_only. The file holds everything, pictures
too, asks the network for nothing and can be mailed.

Without labels of the target there is no verdict; what can be seen without
them is shown.
"""

import sys

from absl import app

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.report import ReportSettings

config.define_flags(ReportSettings)


def main(argv: list[str]) -> int:
    """Runs what the command line says; returns the exit status."""
    if len(argv) < 2:
        raise app.UsageError("expected the folder of at least one run")
    from tf_advseg.commands import report as report_command

    settings = config.settings_from_flags(ReportSettings)
    return report_command.run(argv[1:], settings, sys.argv[1:])


if __name__ == "__main__":
    command_line.launch(main)
