"""Makes a labelled folder of an annotation tool's export, once.

    tf_advseg import_labels instances.json --images=photos --out=labelled
    tf_advseg import_labels export.zip --out=labelled

Reads COCO's JSON (instances, stuff, panoptic), Label Studio's JSON, CVAT's
"CVAT for images 1.1" and "Segmentation mask 1.1", each also in its zip file.
--out gets images/, labels/ (PNG files of class numbers) and classes.yaml: a
domain for --source, --target and --target_labels. What is left out is counted
and said. Where areas overlap, the smaller one lies on top. docs/annotations.md.
"""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.places import OutSettings

AUTO = "auto"
EXPORTS = ("coco", "coco_panoptic", "label_studio", "cvat", "cvat_masks")


@dataclasses.dataclass(frozen=True)
class ImportSettings(OutSettings, Settings):
    """One import."""

    GROUP = COMMON

    images: str = setting(
        "",
        "The folder, or zip or tar file, with the images that were labelled.",
        finds=finding.find_file,
        unset="those that were exported too, beside the export",
    )
    out: str = same(OutSettings, "out", "")
    format: str = setting(
        AUTO,
        "What the export is; 'auto' looks into it.",
        choices=(AUTO, *EXPORTS),
    )
    unlabelled: str = setting(
        "",
        "The class of pixels that nobody outlined, 'background' say: one of "
        "the export's, or a new one.",
        unset="they are ignored (255)",
    )
    class_order: str = setting(
        "",
        "A class map, YAML, whose classes the labels get in its order.",
        finds=finding.find_file,
        unset="the export's",
    )
    other_shapes: str = setting(
        "refuse",
        "What to do about boxes, lines, points and ellipses, which are no "
        "outlines: 'refuse' the export, or 'leave_out' those.",
        choices=("refuse", "leave_out"),
    )
    link: bool = setting(
        False, "Link to the images instead of copying them into --out."
    )

    def __post_init__(self):
        super().__post_init__()
        if not self.out:
            raise ValueError("Say where to write: --out=FOLDER.")


COMMAND = Command(ImportSettings, place=46, words="EXPORT")
