"""What `tf_advseg.check_data` can be told, with its help."""

import dataclasses

from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class CheckSettings:
    """One look at data. Each field is a flag; its help says what it does."""

    source: str = setting(
        "",
        "The labelled domain, as for training: a name or a folder. Empty: "
        "only the target.",
    )
    target: str = setting(
        "", "The domain to adapt to, likewise. Empty: only the source."
    )
    classes: str = setting(
        "",
        "YAML file that says what the labels of a --source folder mean; "
        "default: classes.yaml in that folder.",
    )
    target_classes: str = setting(
        "", "The same for a --target folder; default: as the source's."
    )
    source_split: str = setting("train", "Split of the source to train on.")
    target_split: str = setting("train", "Split of the target to adapt to.")
    eval_split: str = setting(
        "val", "Split of the target to evaluate on, if there is one."
    )
    all_splits: bool = setting(
        False, "Look at the other splits of both domains as well."
    )
    json: str = setting("", "File to write everything found to, as JSON.")
    sheet: str = setting(
        "",
        "PNG file to draw images, labels and overlays into: some of each "
        "split, and of what is wrong.",
    )
    processes: int = setting(
        0, "Processes that open files; 0: one a core (a few files need none)."
    )

    def __post_init__(self):
        if not self.source and not self.target:
            raise ValueError(
                "Say what to look at: --source=FOLDER, --target=FOLDER, or "
                "both."
            )
        if self.processes < 0:
            raise ValueError(
                "--processes must be 0 (one a core) or more; received "
                f"{self.processes}."
            )
