"""Named settings: the papers' runs, and good starts on one's own data.

A preset changes defaults; flags given beside it still win. The papers' runs
need their data sets and a GPU; sizes are HEIGHTxWIDTH.
"""

import dataclasses
from typing import Any

from tf_advseg import checks


@dataclasses.dataclass(frozen=True)
class Preset:
    """Settings under a name.

    Args:
        help: One line for the list.
        settings: Values of `TrainSettings` fields.
    """

    help: str
    settings: dict[str, Any]


_OFFICIAL = {
    "backbone": "resnet101",
    "batch_size": 1,
    "flip": False,
    "source_size": "720x1280",
    "target_size": "512x1024",
    "optimizer": "sgd",
    "learning_rate": 2.5e-4,
    "weight_decay": 5e-4,
    "discriminator_learning_rate": 1e-4,
    "discriminator_width": 64,
    "target_weight_scale": 1.0,
    "update_multiplicity": "official",
    "checkpoint_every": 2000,
    "eval_every": 2000,
}


def _official(help: str, method: str, **changes: Any) -> Preset:
    return Preset(help, {**_OFFICIAL, "method": method, **changes})


PRESETS: dict[str, Preset] = {
    "gta5_cityscapes_advent": _official(
        "ADVENT's AdvEnt, GTA5 to Cityscapes (43.8 mIoU in the paper)",
        "advent",
        steps=120_001,
        schedule_steps=250_000,
    ),
    "gta5_cityscapes_minent": _official(
        "ADVENT's MinEnt, GTA5 to Cityscapes (42.3)",
        "minent",
        steps=120_000,
        schedule_steps=250_000,
    ),
    "gta5_cityscapes_adaptsegnet": _official(
        "AdaptSegNet, multi-level, GTA5 to Cityscapes (42.4)",
        "adaptsegnet",
        steps=150_000,
        schedule_steps=250_000,
        aspp_branches=2,
    ),
    "gta5_cityscapes_adaptsegnet_single": _official(
        "AdaptSegNet, single-level, GTA5 to Cityscapes (41.4)",
        "adaptsegnet_single",
        steps=150_000,
        schedule_steps=250_000,
        aspp_branches=2,
    ),
    "gta5_cityscapes_adaptsegnet_ls": _official(
        "AdaptSegNet, single-level, least squares, GTA5 to Cityscapes (44.1)",
        'adaptsegnet_single(gan="least_squares")',
        steps=150_000,
        schedule_steps=250_000,
        aspp_branches=2,
    ),
    "gta5_cityscapes_fcns_in_the_wild": _official(
        "FCNs in the Wild on VGG-16, GTA5 to Cityscapes (27.1)",
        "fcns_in_the_wild",
        backbone="vgg16",
        steps=150_000,
        schedule_steps=250_000,
        update_multiplicity="once",
    ),
    "synthia_cityscapes_advent": _official(
        "ADVENT's AdvEnt, SYNTHIA to Cityscapes (40.8 over 16 classes)",
        "advent",
        source_size="760x1280",
        steps=90_000,
        schedule_steps=90_000,
    ),
    "photos_small": Preset(
        "Your own folders on a CPU or one small GPU, EfficientNet-Lite0",
        {
            "source_size": "256x512",
            "target_size": "256x512",
            "crop": "192x384",
            "min_scale": 0.75,
            "max_scale": 1.5,
            "color_jitter": 0.2,
            "batch_size": 4,
            "steps": 4000,
            "eval_every": 500,
        },
    ),
}


def settings_of(name: str) -> dict[str, Any]:
    """The settings of a preset.

    Raises:
        ValueError: If there is no such preset; suggests one.
    """
    checks.check_choice("preset", name, PRESETS)
    return PRESETS[name].settings
