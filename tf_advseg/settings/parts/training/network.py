"""The network that is trained, and those that it learns from."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.model import parse_window


@dataclasses.dataclass(frozen=True)
class NetworkSettings(Settings):
    """The segmenter that is trained."""

    GROUP = "Network"

    backbone: str = setting(
        "efficientnet_lite0",
        "The network that makes features; --list shows all. Options in "
        "parentheses, as for --method.",
        finds=finding.find_backbone,
    )
    weights: str = setting(
        "imagenet",
        "What the backbone starts from: 'imagenet', 'none', or a .pth file.",
    )
    start: str = setting(
        "",
        "A trained model to start from, a .keras file or the folder of a "
        "run, of the same classes, backbone and decoder; in place of "
        "--weights.",
        unset="--weights",
    )
    batch_norm: str = setting(
        "auto",
        "Of the backbone: 'frozen' (its statistics stay as they are), "
        "'affine' (they stay, scales and offsets learn), "
        "'trainable' (a batch's own, scales and offsets learn), 'per_domain' "
        "(the same, but only target images move those of the product) or "
        "'reference' (a batch's own, nothing learns: the papers'). 'own' is "
        "the backbone's default or its option in --backbone; so is 'auto', "
        "but for a pretrained backbone without that option: 'affine', and "
        "'per_domain' for the method adabn.",
        choices=(
            "auto",
            "own",
            "frozen",
            "affine",
            "trainable",
            "per_domain",
            "reference",
        ),
    )
    decoder: str = setting(
        "fpn",
        "What makes classes of the features; --list shows all. Options in "
        "parentheses: 'fpn(channels=96)'. A backbone that is not told its "
        "output_stride takes the one that the decoder likes.",
        finds=finding.find_decoder,
        was="aspp_branches",
        now="--decoder='deeplab_v2(aspp_branches=2)'",
    )
    detail_window: str = setting(
        "",
        "HEIGHTxWIDTH of windows that the network sees beside the whole "
        "image, which it then sees --context_scale times smaller: HRDA. In "
        "training one is drawn within each crop, half of its sides say; "
        "elsewhere they slide.",
        reads=parse_window,
        unset="one scale, no windows",
    )
    context_scale: int = setting(
        2,
        "With --detail_window: how many times smaller the whole image is seen.",
        low=2,
        high=8,
    )
    detail_weight: float = setting(
        0.1,
        "With --detail_window: the share of the labels' loss that is of the "
        "window by itself.",
        low=0,
        below=1,
    )


@dataclasses.dataclass(frozen=True)
class TeacherSettings(Settings):
    """Who it learns from."""

    GROUP = "Network"

    teacher: str = setting(
        "",
        "For --method=distil: the trained models to learn from, .keras files "
        "or folders of runs, of the same classes and any network; several, "
        "separated by commas, teach together.",
        unset="none",
    )

    @property
    def teacher_paths(self) -> list[str]:
        """The paths in `teacher`."""
        paths = (path.strip() for path in self.teacher.split(","))
        return [path for path in paths if path]
