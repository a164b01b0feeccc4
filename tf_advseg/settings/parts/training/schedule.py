"""How long a run trains, and how fast."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import COMMON


@dataclasses.dataclass(frozen=True)
class ScheduleSettings(Settings):
    """How long, and how fast."""

    GROUP = "Schedule"

    steps: int = setting(600, "Updates to make.", low=1, group=COMMON)
    schedule_steps: int = setting(
        0,
        "Updates over which learning rates fall to zero; 0: --steps. The "
        "papers stop long before the end of their schedule.",
    )
    optimizer: str = setting(
        "adamw",
        "Of the segmenter: 'adamw', quick on short schedules, or 'sgd' with "
        "the papers' arithmetic.",
        choices=("adamw", "sgd"),
    )
    learning_rate: float = setting(
        1e-3, "Initial rate of the segmenter; it falls as (1 - t)^0.9.", above=0
    )
    backbone_learning_rate: float = setting(
        3e-4,
        "For adamw: the backbone's own initial rate; 0: --learning_rate, "
        "which then is everybody's.",
        low=0,
    )
    warmup_steps: int = setting(
        30,
        "Updates over which the segmenter's rate rises from zero, so that the "
        "first ones do not throw away what the backbone knows.",
        low=0,
    )
    clip_norm: float = setting(
        10.0,
        "Shorten the segmenter's gradient to this norm where it is longer; 0: "
        "never.",
        low=0,
    )
    weight_decay: float = setting(
        1e-4, "Decoupled for adamw; an L2 term in the gradient for sgd."
    )
    decayed_weights: str = setting(
        "all",
        "For adamw: which weights decay: 'all', or 'kernels' and not the "
        "scales and offsets of norms, nor biases.",
        choices=("all", "kernels"),
    )
    class_weights: str = setting(
        "balanced",
        "How much labelled pixels of a class count in the supervised loss: "
        "'none' (all alike) or 'balanced', (share + 0.02)^-0.5 of the labels "
        "that are trained on.",
        choices=("none", "balanced"),
    )
    momentum: float = setting(0.9, "Momentum of sgd.")
    head_factor: float = setting(
        10.0, "For sgd: how much faster the decoder learns."
    )
    update_multiplicity: str = setting(
        "once",
        "'once', or 'official': repeat updates of ResNet weights as often as "
        "the papers' programs do.",
        choices=("once", "official"),
    )
    seed: int = setting(0, "Seed of weights, order and augmentation.")

    def __post_init__(self):
        super().__post_init__()
        if self.update_multiplicity == "official" and self.optimizer != "sgd":
            raise ValueError(
                "--update_multiplicity=official repeats the updates of sgd; "
                f"give --optimizer=sgd with it, not {self.optimizer}."
            )
