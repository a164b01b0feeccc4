"""What is compared: methods, and single changes to the recipe of all runs.

Everything is flags of `tf_advseg train`, by name. A run of a method has the
defaults, the settings of its pair, and the method's own; nothing else, so that
methods of a pair differ in the method alone.
"""

from collections.abc import Mapping
from typing import Any

Flags = Mapping[str, Any]

SOURCE_ONLY, ORACLE = "source_only", "target_oracle"

_SOURCE_RUN = f"{{{SOURCE_ONLY}}}"
OWN_FLAGS: Mapping[str, Flags] = {
    "colour_statistics": {
        "method": SOURCE_ONLY,
        "source_style": "colour_statistics",
    },
    "fda": {"method": SOURCE_ONLY, "source_style": "fda"},
    # As long again, from the trained source-only model; and the same without
    # adapting, which they are held against.
    "source_only_longer": {"method": SOURCE_ONLY, "start": _SOURCE_RUN},
    "dacs_started": {
        "method": 'dacs(threshold=0.9, share=0.5, weighting="pixel")',
        "start": _SOURCE_RUN,
    },
    # Blocks as large to these crops as 64 pixels are to the paper's of 1024.
    "mic_started": {
        "method": 'mic(threshold=0.9, share=0.5, weighting="pixel", '
        "teacher_decay=0.99, mask_block=16)",
        "start": _SOURCE_RUN,
    },
    "self_training_started": {
        "method": "self_training",
        "start": _SOURCE_RUN,
    },
    "intrada": {"start": _SOURCE_RUN},
    # What a larger network sees, taught to the one that all others train.
    "lite2": {"method": SOURCE_ONLY, "backbone": "efficientnet_lite2"},
    "distil": {"teacher": "{lite2}"},
    # From a model whose statistics are the target's already; each domain keeps
    # its own.
    "dacs_of_adabn": {
        "method": 'dacs(threshold=0.9, share=0.5, weighting="pixel")',
        "start": "{adabn}",
        "batch_norm": "per_domain",
    },
}
"""Methods that are more than `--method=NAME`, by what tables call them.

A value `{source_only}` or `{lite2}` stands for the folder of that method's run
of the same pair and seed, which is then made first.
"""

BASELINES: Mapping[str, str] = {
    "dacs_started": "source_only_longer",
    "mic_started": "source_only_longer",
    "self_training_started": "source_only_longer",
    "intrada": "source_only_longer",
    "dacs_of_adabn": "source_only_longer",
}
"""What a method of another length than the rest is held against, by name:
source-only training just as long."""

FIRST = (
    SOURCE_ONLY,
    ORACLE,
    "advent",
    "dacs",
    "source_only_longer",
    "dacs_started",
)
"""The comparison that decides; made first, should time run out."""

ABLATION_RECIPE: Flags = {"steps": 300}
"""Of every run of the ablation."""

ABLATION_PAIRS = ("airsim-camvid", "camvid-idd", "streets")
BASE = "base"
ABLATION: Mapping[str, Mapping[str, Flags]] = {
    SOURCE_ONLY: {
        BASE: {},
        "deeplab_v2": {"decoder": "deeplab_v2"},
        "deeplab_v3plus": {"decoder": "deeplab_v3plus"},
        "lraspp": {"decoder": "lraspp"},
        "norm_frozen": {"batch_norm": "frozen"},
        "norm_trained": {"batch_norm": "trainable"},
        "norm_of_each_domain": {"batch_norm": "per_domain"},
        "norm_reference": {"batch_norm": "reference"},
        "backbone_1e-3": {"backbone_learning_rate": 1e-3},
        "rate_3e-4": {"learning_rate": 3e-4},
        "no_warmup": {"warmup_steps": 0},
        "no_clipping": {"clip_norm": 0.0},
        "decay_1e-2": {"weight_decay": 1e-2},
        "decay_of_kernels": {"decayed_weights": "kernels"},
        "batch_2": {"batch_size": 2},
        "no_scale": {"min_scale": 1.0, "max_scale": 1.0},
        "uniform_scale": {"scale_law": "uniform"},
        "no_colour": {"color_jitter": 0.0},
        "no_blur": {"blur": 0.0},
        "no_channel_gain": {"channel_gain": 0.0},
        "no_rare_classes": {"rare_class_temperature": 0.0},
        "rare_class_crops": {"rare_class_crops": 10},
        "no_class_weights": {"class_weights": "none"},
        "colour_statistics": {"source_style": "colour_statistics"},
        "600_steps": {"steps": 600},
    },
    "advent": {
        BASE: {},
        "weights_x10": {"target_weight_scale": 1.0},
        "norm_of_each_domain": {"batch_norm": "per_domain"},
        "begun_after_100": {"target_delay": 100},
        "rising_over_100": {"target_warmup": 100},
        "judged_at_image": {"judge_at": "image"},
        "spectral_norm": {"spectral_norm": True},
        "least_squares": {"method": 'advent(gan="least_squares")'},
        "wide_discriminator": {"discriminator_width": 64},
    },
}
"""By method, then by name: what one change to the recipe does. The first is
the recipe itself, which the others are compared with."""


def methods() -> dict[str, Flags]:
    """Every method that there is, with its own flags, the first ones first."""
    from tf_advseg.experiment import registry

    names = dict.fromkeys([*FIRST, *registry.method_classes(), *OWN_FLAGS])
    return {name: {"method": name, **OWN_FLAGS.get(name, {})} for name in names}


def baseline(name: str) -> str:
    """What a method's gains are over."""
    return BASELINES.get(name, SOURCE_ONLY)


def ablation() -> dict[str, Flags]:
    """Every change of `ABLATION`, as METHOD+CHANGE; the bases first."""
    changes = {
        changed(method, name): {"method": method, **ABLATION_RECIPE, **flags}
        for method, by_name in ABLATION.items()
        for name, flags in by_name.items()
    }
    return dict(sorted(changes.items(), key=lambda c: not is_base(c[0])))


def changed(method: str, change: str) -> str:
    """What runs of a change are called.

    >>> changed("advent", "batch_2")
    'advent+batch_2'
    """
    return f"{method}+{change}"


def is_base(name: str) -> bool:
    """Whether it is the recipe itself."""
    return name.endswith(f"+{BASE}")
