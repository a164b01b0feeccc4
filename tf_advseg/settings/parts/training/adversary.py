"""How hard, when and where a run adapts, and its discriminators."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class AdversarySettings(Settings):
    """The discriminators, and the weight of their game."""

    GROUP = "Adversary"

    discriminator_learning_rate: float = setting(
        1e-4,
        "Initial rate of the discriminators' Adam; falls likewise.",
        above=0,
    )
    target_weight_scale: float = setting(
        0.1,
        "Multiplies the method's default target weights: the published ones, "
        "1, are for SGD at a small rate. Weights given in --method stay, and "
        "those of maxsquare.",
    )
    discriminator_width: int = setting(
        32,
        "Channels of the discriminators' first convolution: 64 in the "
        "papers, at 4 times the cost of 32.",
    )
    discriminator_layers: int = setting(
        0,
        "Convolutions of stride 2 in the discriminators of logits; 0: 5 for "
        "maps of the image's size, as in the papers, 4 for smaller ones.",
        low=0,
        high=8,
    )
    spectral_norm: bool = setting(
        False,
        "Divide the discriminators' kernels by their spectral norms, so that "
        "they do not become steep.",
    )
    judge_at: str = setting(
        "logits",
        "Where discriminators and target losses look: at logits of the "
        "image's size, as in the papers, or before they are resized "
        "('logits'), which is cheaper.",
        choices=("image", "logits"),
    )
    target_delay: int = setting(
        0, "Steps on the source's labels alone, before adapting begins.", low=0
    )
    target_warmup: int = setting(
        0,
        "Steps over which the target weights then rise from 0, linearly.",
        low=0,
    )
