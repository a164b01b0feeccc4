"""The file in a run's folder that makes the run again, elsewhere.

Without where it lay and cached: those are a machine's own. It depends on the
settings and the package's version alone.
"""

import tf_advseg
from tf_advseg.base import config_file
from tf_advseg.base import fields
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.train import TrainSettings

RUN_YAML = "run.yaml"
_HEADING = f"""\
A training run of tf_advseg {{version}}. This makes it again, in a new folder:

    tf_advseg train --config={RUN_YAML}

Flags beside it win. --expect_data=RUN, the folder of a run, refuses data that
are not its own. Paths are relative to the working directory."""


def text(settings: TrainSettings) -> str:
    """Returns what run.yaml says."""
    without = fields.names_deciding(TrainSettings, "place") | {"resume"}
    heading = _HEADING.format(version=tf_advseg.__version__)
    return config_file.text(settings, heading, COMMON, without)
