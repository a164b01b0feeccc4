"""Pushes an export to a folder, an object store, a hub or a registry.

    tf_advseg push --run=runs/RUN --push_to=s3://models/streets
    tf_advseg push --folder=EXPORT --push_to=hf://OWNER/NAME --sign_key=key.pem

`tf_advseg export --push_to=ADDRESS` does it at once. Readers of the address see
the whole old version or the whole new one, whoever else pushes there; a push
that is killed changes nothing for them, and the next one goes on. What the gate
did not let through stays here. `tf_advseg pull` reads such an address; the hub
and MLflow (mlflow://NAME or mlflow://NAME@ALIAS, as `register` does) have
commands of their own.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import SignSettings
from tf_advseg.settings.parts.model import UngatedSettings
from tf_advseg.settings.parts.model import VerifySettings
from tf_advseg.settings.parts.places import PushToSettings
from tf_advseg.settings.parts.places import RunSettings


@dataclasses.dataclass(frozen=True)
class PushSettings(
    RunSettings, UngatedSettings, SignSettings, VerifySettings, PushToSettings
):
    """One push."""

    run: str = same(RunSettings, "run", "", finds=finding.find_run)
    folder: str = setting(
        "",
        "Instead of --run, which was exported: the --out of an export.",
        unset="where the run was exported to",
        group=COMMON,
    )

    def __post_init__(self):
        super().__post_init__()
        if bool(self.run) == bool(self.folder) or not self.push_to:
            raise ValueError(
                "Say what to push, and where: --run=RUN or --folder=FOLDER, "
                "one of the two, and --push_to=ADDRESS."
            )


COMMAND = Command(PushSettings, place=73, tensorflow=False)
