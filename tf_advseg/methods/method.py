"""What an adaptation method is: per-level weights and a few pure hooks.

The training step (`training.adversarial_segmenter`) is the same for every
method. With segmenter S, one discriminator D_l a level l, source images x_s
with labels y_s and target images x_t, it minimises

    S:  sum_l source_weights[l] * source_loss(S(x_s)_l, y_s)
      + sum_l target_weights[l] * target_loss(S(x_t)_l)
      + sum_l target_weights[l] * adversarial_loss(D_l(map_l))
    D:  sum_l 1/2 domain_loss(D_l(map_l(x_s)), SOURCE)
            + 1/2 domain_loss(D_l(map_l(x_t)), TARGET)

and a method says what these losses and `map` (`discriminator_input`) are.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any
from typing import ClassVar
from typing import Self

import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import DETAIL
from tf_advseg.base.conventions import MAIN
from tf_advseg.methods import losses


def level_weights(**weights: float) -> Any:
    """A dataclass field that holds one weight a level."""
    return dataclasses.field(default_factory=lambda: dict(weights))


@dataclasses.dataclass(frozen=True)
class Method:
    """Base of all methods; by itself it trains on the source alone.

    Args:
        source_weights: Weight of the cross-entropy, by level.
        target_weights: Weight (lambda) of what the method asks of target
            images, by level. A level of weight 0 is left out.
        class_weights: How much a labelled pixel of each class counts in the
            supervised loss; None: all alike.

    Attributes:
        name: What `--method` calls it.
        uses_target: Whether target images are forwarded at all.
        trains_on_target_labels: Whether the labelled images come from the
            target domain: the upper bound, never a method to compare fairly.
        needs_source: Whether it learns from a labelled source; without, it
            can adapt a trained model to the target alone.
        needs_start: Whether it only goes on from a trained model (`--start`).
        needs_teacher: Whether it learns from trained models (`--teacher`).
        needs_source_statistics: Whether `with_source_statistics` must be
            called before training.
        moves_statistics: Whether batch-norm statistics follow target images
            alone, as `per_domain` batch norm does under every method.
        aligns_source: Whether the segmenter also gets the gradient of its
            adversarial loss through source images.
        scales_target_weights: Whether `--target_weight_scale` multiplies the
            default target weights.
        thins_out: Whether `target_loss` itself takes only some of the
            pixels: it gets logits of the image's size always.
        discriminator: Which network judges the maps: `image` (of maps of
            logits), `features` or `cells` (of feature maps).
    """

    name: ClassVar[str]
    uses_target: ClassVar[bool] = True
    trains_on_target_labels: ClassVar[bool] = False
    needs_source: ClassVar[bool] = True
    needs_start: ClassVar[bool] = False
    needs_teacher: ClassVar[bool] = False
    needs_source_statistics: ClassVar[bool] = False
    moves_statistics: ClassVar[bool] = False
    aligns_source: ClassVar[bool] = False
    scales_target_weights: ClassVar[bool] = True
    thins_out: ClassVar[bool] = False
    discriminator: ClassVar[str] = "image"

    source_weights: Mapping[str, float] = level_weights(main=1.0, aux=0.1)
    target_weights: Mapping[str, float] = level_weights()
    class_weights: tuple[float, ...] | None = dataclasses.field(
        default=None, kw_only=True
    )

    def __post_init__(self):
        for field in ("source_weights", "target_weights"):
            _check_weights(self.name, field, getattr(self, field))
        if MAIN not in self.source_weights:
            raise ValueError(
                f"{self.name}: source_weights needs a weight for 'main'; "
                f"received {dict(self.source_weights)}."
            )

    def source_loss(
        self, logits: tf.Tensor, labels: tf.Tensor, num_labelled: tf.Tensor
    ) -> tf.Tensor:
        """Supervised loss of one level; see `losses.cross_entropy`."""
        return losses.cross_entropy(
            logits, labels, num_labelled, self.class_weights
        )

    def count_labelled(self, labels: tf.Tensor) -> tf.Tensor:
        """What `source_loss` is to divide by, for all labels of an update."""
        return losses.count_labelled(labels, class_weights=self.class_weights)

    def target_loss(self, logits: tf.Tensor) -> tf.Tensor | None:
        """Loss of one level's target logits `(B, H, W, C)`, or None."""
        return None

    def discriminator_input(
        self, outputs: Mapping[str, tf.Tensor]
    ) -> dict[str, tf.Tensor]:
        """Maps that the discriminators see, by level; none by default.

        Args:
            outputs: The segmenter's outputs by name: logits `(B, H, W, C)`
                for `main` and `aux`, and `features` `(B, h, w, F)`.
        """
        return {}

    def domain_loss(self, domain_logits: tf.Tensor, domain: int) -> tf.Tensor:
        """What a discriminator minimises on maps of `domain`."""
        return losses.vanilla_gan(domain_logits, domain)

    def adversarial_loss(
        self, domain_logits: Mapping[int, tf.Tensor]
    ) -> tf.Tensor:
        """What the segmenter minimises, given one discriminator's outputs.

        Args:
            domain_logits: By domain; SOURCE is there if `aligns_source`.
        """
        raise NotImplementedError(f"{self.name} has no adversarial loss.")

    @property
    def domain_boundary(self) -> float:
        """The discriminator's output above which it says TARGET."""
        return losses.GAN_BOUNDARIES["vanilla"]

    def with_source_statistics(self, statistics: Any) -> Self:
        """A copy that knows the class statistics of the source's labels."""
        return self

    def active_levels(self) -> tuple[str, ...]:
        """Levels whose target weight is not zero."""
        return tuple(k for k, w in self.target_weights.items() if w != 0)

    def with_details(self, weight: float) -> Self:
        """A copy that also learns what windows of two scales see.

        Args:
            weight: lambda_d, the share of the main level's weight that goes
                to the windows (`conventions.DETAIL`).
        """
        shared = with_details(self.source_weights, weight)
        return dataclasses.replace(self, source_weights=shared)

    def get_config(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_config(cls, config: dict) -> Self:
        return cls(**config)


def with_details(
    weights: Mapping[str, float], share: float
) -> dict[str, float]:
    """Weights by level, a share of `main`'s given to the windows' level."""
    main = weights[MAIN]
    return {**weights, MAIN: (1 - share) * main, DETAIL: share * main}


def _check_weights(method: str, field: str, weights: object) -> None:
    if not isinstance(weights, Mapping):
        raise ValueError(
            f"{method}: {field} must be a dict from level to weight such as "
            f"{{'{MAIN}': 1.0, '{AUX}': 0.1}}; received {weights!r}."
        )
    for level, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise ValueError(
                f"{method}: {field}[{level!r}] must be a number; "
                f"received {weight!r}."
            )
        checks.check_range(f"{method} {field}[{level!r}]", weight, low=0.0)
