"""What `tf_advseg.publish` can be told, with its help."""

import dataclasses

from tf_advseg.config import setting


@dataclasses.dataclass(frozen=True)
class PublishSettings:
    """One publication of an exported model. Each field is a flag."""

    run: str = setting(
        "", "The folder of a run that was exported: RUN/export/saved_model."
    )
    saved_model: str = setting(
        "", "Or a SavedModel's folder, wherever `tf_advseg.export` wrote it."
    )
    out: str = setting(
        "serving",
        "The serving folder; a new version is added if it is there already.",
    )
    model_name: str = setting("tf_advseg", "What clients call the model.")
    warmup: bool = setting(
        True,
        "Add requests that the server answers to itself while it loads, so "
        "that the first client does not wait; needs the extra 'serving'.",
    )

    def __post_init__(self):
        if bool(self.run) == bool(self.saved_model):
            raise ValueError(
                "Say what to publish: --run=RUN, or "
                "--saved_model=FOLDER of an export; one of the two."
            )
