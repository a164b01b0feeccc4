"""The class-ratio prior that ADVENT adds to its methods (section 3.3)."""

import dataclasses
from typing import TYPE_CHECKING
from typing import Any
from typing import ClassVar
from typing import Self

import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.methods import losses

if TYPE_CHECKING:  # What it is mixed into.
    from tf_advseg.methods.method import Method as _Mixed
else:
    _Mixed = object


@dataclasses.dataclass(frozen=True)
class ClassRatioPrior(_Mixed):
    """Mixin: keeps each class's predicted share near the source's.

    Goes before a `Method` among the bases. It is none itself, so that it
    brings no second set of default weights.

    Args:
        class_ratios: Shares of the classes in the source's labels, summing
            to 1; None takes them from the source before training.
        prior_relaxation: mu in [0, 1]; 0.5 from memory, the authors released
            neither code nor value.
        prior_factor: Weight of the prior relative to `target_weights`. The
            paper's lambda_cp is not published.
    """

    needs_source_statistics: ClassVar[bool] = True

    class_ratios: tuple[float, ...] | None = None
    prior_relaxation: float = 0.5
    prior_factor: float = 1.0

    def __post_init__(self):
        super().__post_init__()
        name = self.name
        checks.check_range(
            f"{name} prior_relaxation", self.prior_relaxation, 0.0, 1.0
        )
        checks.check_range(f"{name} prior_factor", self.prior_factor, 0.0)

    def prior_loss(self, logits: tf.Tensor) -> tf.Tensor:
        if self.class_ratios is None:
            raise ValueError(
                f"{self.name} needs the source's class ratios; call "
                "with_source_statistics(...) or give class_ratios."
            )
        ratios = tf.constant(self.class_ratios, logits.dtype)
        prior = losses.class_ratio_prior(logits, ratios, self.prior_relaxation)
        return self.prior_factor * prior

    def with_source_statistics(self, statistics: Any) -> Self:
        ratios = tuple(float(ratio) for ratio in statistics.ratios)
        return dataclasses.replace(self, class_ratios=ratios)
