"""What `tf_advseg.manifest` can be told, with its help."""

import dataclasses

from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class ManifestSettings:
    """One manifest. Each field is a flag; its help says what it does."""

    data: str = setting(
        "",
        "The domain: a registered name or a folder. Or a manifest, .json, or "
        "a Croissant document, .croissant.json, to read.",
    )
    split: str = setting("train", "The split of the domain.")
    classes: str = setting(
        "",
        "YAML file that says what the labels of a folder mean; default: "
        "classes.yaml in that folder.",
    )
    out: str = setting(
        "",
        "File to write the manifest to; a Croissant document if its name "
        "ends in .croissant.json.",
    )
    compare: str = setting(
        "",
        "Name the differences to this: a manifest, a Croissant document, or "
        "the id of a manifest that was made here before.",
    )

    def __post_init__(self):
        if not self.data:
            raise ValueError(
                "Say which data: --data=FOLDER, a registered name, or a "
                "manifest file."
            )
