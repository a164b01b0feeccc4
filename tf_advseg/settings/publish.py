"""What `tf_advseg.publish` can be told, with its help."""

import dataclasses

from tf_advseg.base.checks import check_choice
from tf_advseg.base.fields import setting

PLATFORMS = ("tf_serving", "modelarts")


@dataclasses.dataclass(frozen=True)
class PublishSettings:
    """One publication of an exported model. Each field is a flag."""

    run: str = setting(
        "", "The folder of a run that was exported: RUN/export/saved_model."
    )
    saved_model: str = setting(
        "", "Or a SavedModel's folder, wherever `tf_advseg.export` wrote it."
    )
    platform: str = setting(
        "tf_serving",
        "For which server: 'tf_serving', or 'modelarts' (a package that "
        "ModelArts imports, and a container that serves on 8080).",
    )
    out: str = setting(
        "serving",
        "The folder to write. For 'tf_serving' a new version is added if it "
        "is there already.",
    )
    model_name: str = setting("tf_advseg", "What clients call the model.")
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
        check_choice("platform", self.platform, PLATFORMS)
        if bool(self.run) == bool(self.saved_model):
            raise ValueError(
                "Say what to publish: --run=RUN, or "
                "--saved_model=FOLDER of an export; one of the two."
            )
