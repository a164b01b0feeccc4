"""Publishes an exported model for a server: TensorFlow Serving, ModelArts.

    tf_advseg export --run=runs/RUN
    tf_advseg publish --run=runs/RUN --out=serving
    cd serving && docker compose up -d

The folder holds numbered versions, the server's configuration with comments,
a compose file with a health check, and a README for the person who runs it. A
version is added if the folder is there already; a running server picks it up
by itself and never sees half of one.

    tf_advseg publish --run=runs/RUN --platform=modelarts --out=ma

writes the folder that Huawei Cloud's ModelArts imports, and a container that
serves on port 8080.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import ServedModelSettings
from tf_advseg.settings.parts.model import UngatedSettings
from tf_advseg.settings.parts.model import VerifySettings
from tf_advseg.settings.parts.places import OutSettings
from tf_advseg.settings.parts.places import RunSettings


@dataclasses.dataclass(frozen=True)
class PublishSettings(
    ServedModelSettings,
    OutSettings,
    RunSettings,
    UngatedSettings,
    VerifySettings,
):
    """One publication of an exported model."""

    run: str = same(RunSettings, "run", "", finds=finding.find_run)
    out: str = same(OutSettings, "out", "serving")
    saved_model: str = setting(
        "",
        "Instead of --run, which was exported: a SavedModel's folder, or the "
        "--out of `tf_advseg export` that holds it.",
        unset="where the run was exported to",
    )
    platform: str = setting(
        "tf_serving",
        "For which server: 'tf_serving', or 'modelarts' (a package that "
        "ModelArts imports, and a container that serves on 8080).",
        choices=("tf_serving", "modelarts"),
    )
    warmup: bool = setting(
        True,
        "Add requests that the server answers to itself while it loads, so "
        "that the first client does not wait; needs the extra 'serving'.",
    )
    swr_location: str = setting(
        "",
        "For 'modelarts': where the container image lies in SWR, if the "
        "package is imported from OBS.",
    )

    def __post_init__(self):
        super().__post_init__()
        if bool(self.run) == bool(self.saved_model):
            raise ValueError(
                "Say what to publish: --run=RUN, or "
                "--saved_model=FOLDER of an export; one of the two."
            )


COMMAND = Command(PublishSettings, place=70)
