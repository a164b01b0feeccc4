"""Named settings: the papers' runs, and good starts on one's own data.

A preset changes defaults; flags given beside it still win. The papers' runs
need their data sets and a GPU; sizes are HEIGHTxWIDTH.
"""

import dataclasses
from typing import Any

from tf_advseg.base import checks


@dataclasses.dataclass(frozen=True)
class Preset:
    """Settings under a name.

    Args:
        help: One line for the list.
        settings: Values of `TrainSettings` fields.
    """

    help: str
    settings: dict[str, Any]


PLAIN: dict[str, Any] = {
    "decoder": "deeplab_v2",
    "batch_norm": "own",
    "source_size": "128x256",
    "target_size": "128x256",
    "crop": "",
    "batch_size": 2,
    "backbone_learning_rate": 0.0,
    "warmup_steps": 0,
    "clip_norm": 0.0,
    "class_weights": "none",
    "rare_class_temperature": 0.0,
    "min_scale": 1.0,
    "max_scale": 1.0,
    "scale_law": "uniform",
    "color_jitter": 0.0,
    "channel_gain": 0.0,
    "blur": 0.0,
    "judge_at": "image",
    "target_weight_scale": 10.0,
    "target_delay": 0,
    "target_warmup": 0,
}
"""Training without the recipe that the defaults are. So were all runs made
that do not say otherwise: those of before the recipe."""

_OFFICIAL = PLAIN | {
    "backbone": "resnet101",
    "decoder": "deeplab_v2",
    "batch_size": 1,
    "flip": False,
    "optimizer": "sgd",
    "learning_rate": 2.5e-4,
    "weight_decay": 5e-4,
    "discriminator_learning_rate": 1e-4,
    "discriminator_width": 64,
    "target_weight_scale": 1.0,
    "update_multiplicity": "official",
    "schedule_steps": 250_000,
    "checkpoint_every": 2000,
    "eval_every": 2000,
}
_ADVENT = _OFFICIAL | {"method": "advent", "steps": 120_001}
_MINENT = _OFFICIAL | {"method": "minent", "steps": 120_000}
_ADAPTSEGNET = {
    **_OFFICIAL,
    "method": "adaptsegnet",
    "decoder": "deeplab_v2(aspp_branches=2)",
    "steps": 150_000,
}
_SINGLE = {**_ADAPTSEGNET, "method": "adaptsegnet_single"}
_LEAST_SQUARES = {
    **_ADAPTSEGNET,
    "method": 'adaptsegnet_single(gan="least_squares")',
}
# VGG-16 has one group of weights, each listed once, in AdaptSegNet's program.
_VGG = {
    **_OFFICIAL,
    "method": "fcns_in_the_wild",
    "backbone": "vgg16",
    "head_factor": 1.0,
    "update_multiplicity": "once",
    "steps": 150_000,
}
_GTA5 = {"source_size": "720x1280", "target_size": "512x1024"}
_SYNTHIA = {
    "source_size": "760x1280",
    "target_size": "512x1024",
    "steps": 90_000,
    "schedule_steps": 90_000,
}

# As published, but for what docs/methods/daformer.md names: weights of MiT-B5
# above all.
_DAFORMER = PLAIN | {
    "method": "dacs(teacher_decay=0.999, color_jitter=0.2, "
    "feature_distance=0.005)",
    "backbone": "resnet101",
    "decoder": 'daformer(norm="batch")',
    "batch_norm": "trainable",
    "source_size": "720x1280",
    "target_size": "512x1024",
    "crop": "512x512",
    "rare_class_temperature": 0.01,
    "rare_class_crops": 10,
    "learning_rate": 6e-4,
    "backbone_learning_rate": 6e-5,
    "weight_decay": 0.01,
    "decayed_weights": "kernels",
    "warmup_steps": 1500,
    "steps": 40_000,
    "checkpoint_every": 2000,
    "eval_every": 4000,
}

# The same at twice the size, see docs/methods/hrda.md.
_HRDA = _DAFORMER | {
    "source_size": "1440x2560",
    "target_size": "1024x2048",
    "crop": "1024x1024",
    "detail_window": "512x512",
}

PRESETS: dict[str, Preset] = {
    "reference_advent": Preset(
        "the arithmetic of ADVENT's AdvEnt, on any data", _ADVENT
    ),
    "reference_minent": Preset(
        "the arithmetic of ADVENT's MinEnt, on any data", _MINENT
    ),
    "reference_adaptsegnet": Preset(
        "the arithmetic of AdaptSegNet, multi-level, on any data", _ADAPTSEGNET
    ),
    "reference_adaptsegnet_single": Preset(
        "the arithmetic of AdaptSegNet, single-level, on any data", _SINGLE
    ),
    "gta5_cityscapes_advent": Preset(
        "AdvEnt, GTA5 to Cityscapes (43.8 mIoU published)", _ADVENT | _GTA5
    ),
    "gta5_cityscapes_minent": Preset(
        "MinEnt, GTA5 to Cityscapes (42.3)", _MINENT | _GTA5
    ),
    "gta5_cityscapes_adaptsegnet": Preset(
        "AdaptSegNet, multi-level, GTA5 to Cityscapes (42.4)",
        _ADAPTSEGNET | _GTA5,
    ),
    "gta5_cityscapes_adaptsegnet_single": Preset(
        "AdaptSegNet, single-level, GTA5 to Cityscapes (41.4)", _SINGLE | _GTA5
    ),
    "gta5_cityscapes_adaptsegnet_ls": Preset(
        "AdaptSegNet, single-level, least squares, GTA5 to Cityscapes (44.1)",
        _LEAST_SQUARES | _GTA5,
    ),
    "gta5_cityscapes_fcns_in_the_wild": Preset(
        "FCNs in the Wild on VGG-16, GTA5 to Cityscapes (27.1)", _VGG | _GTA5
    ),
    "synthia_cityscapes_advent": Preset(
        "AdvEnt, SYNTHIA to Cityscapes (40.8 over 16 classes)",
        _ADVENT | _SYNTHIA,
    ),
    "daformer": Preset(
        "DAFormer's training and decoder, GTA5 to Cityscapes, on ResNet-101",
        _DAFORMER,
    ),
    "hrda": Preset(
        "HRDA, DAFormer on two scales, GTA5 to Cityscapes, on ResNet-101",
        _HRDA,
    ),
    "plain": Preset(
        "no recipe: two images, nothing augmented, DeepLab-v2's classifiers",
        PLAIN,
    ),
    "photos_small": Preset(
        "your own folders, some hundred images each: the defaults, but longer",
        {"steps": 1000},
    ),
}


def settings_of(name: str) -> dict[str, Any]:
    """The settings of a preset.

    Raises:
        ValueError: If there is no such preset; suggests one.
    """
    checks.check_choice("preset", name, PRESETS)
    return PRESETS[name].settings
