"""What both players minimise, as functions of the segmenter's outputs.

The sums of `tf_advseg.methods.method`, term by term. Outputs and maps are
dicts by domain (SOURCE, TARGET) of dicts by level.
"""

import dataclasses
import functools
import operator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import cast

import keras
import tensorflow as tf

from tf_advseg.base.conventions import DETAIL
from tf_advseg.base.conventions import FEATURES
from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.methods.method import Method
from tf_advseg.networks.layers.scales.windows import cropped

ByLevel = dict[str, tf.Tensor]
Labelled = tuple[ByLevel, tf.Tensor]
Terms = dict[str, tuple[float | tf.Tensor, tf.Tensor]]
"""A weight and a loss by the name that logs give it."""


def seen_by(level: str, maps: tf.Tensor) -> tf.Tensor:
    """Labels, or weights, `(B, H, W)` of the pixels that a level sees."""
    return cropped(maps) if level == DETAIL else maps


def _seen(level, labels, num_labelled):
    """Labels that a level sees, and what their loss is to be divided by.

    Of a window its share of the area: how many of its pixels are labelled
    differs from place to place, and would have to be known of all replicas.
    """
    if level != DETAIL:
        return labels, num_labelled
    seen = seen_by(level, labels)
    share = tf.size(seen) / tf.size(labels)
    return seen, num_labelled * tf.cast(share, num_labelled.dtype)


@dataclasses.dataclass(frozen=True)
class Objective:
    """The terms of one method's two losses.

    Args:
        method: Fitted to the segmenter.
        discriminators: By level.
    """

    method: Method
    discriminators: Mapping[str, keras.Model]

    def domain_maps(self, outputs: Mapping[int, ByLevel]) -> dict[int, ByLevel]:
        """What the discriminators are to judge."""
        if not self.discriminators:
            return {}
        return {
            domain: self.method.discriminator_input(of_domain)
            for domain, of_domain in outputs.items()
        }

    def source_terms(
        self, labelled: Sequence[Labelled], num_labelled: tf.Tensor
    ) -> Terms:
        """Supervised terms, of each labelled pass in turn; none of none.

        Args:
            labelled: Outputs and labels of each pass.
            num_labelled: Of all passes, as in `losses.cross_entropy`: so
                their losses add up to that of all their pixels.
        """
        terms = {}
        for level, weight in self.method.source_weights.items():
            found = [
                self.method.source_loss(
                    outputs[level], *_seen(level, labels, num_labelled)
                )
                for outputs, labels in labelled
            ]
            if found:
                loss = functools.reduce(operator.add, found)
                terms[f"source/{level}"] = (weight, loss)
        return terms

    def target_terms(
        self,
        outputs: Mapping[int, ByLevel],
        maps: Mapping[int, ByLevel],
        scale: tf.Tensor,
    ) -> Terms:
        """Terms that target images bring, their weights times `scale`."""
        terms = {}
        for level, weight in self.method.target_weights.items():
            if level != FEATURES and TARGET in outputs:
                loss = self.method.target_loss(outputs[TARGET][level])
                if loss is not None:
                    terms[f"target/{level}"] = (weight, loss)
            if level in self.discriminators:
                domains = [TARGET]
                if self.method.aligns_source:
                    domains = [SOURCE, TARGET]
                judged = {d: self.judge(level, maps[d]) for d in domains}
                loss = self.method.adversarial_loss(judged)
                terms[f"adversarial/{level}"] = (weight, loss)
        return {
            name: (tf.cast(scale, loss.dtype) * weight, loss)
            for name, (weight, loss) in terms.items()
        }

    def judge_detached(
        self, maps: Mapping[int, ByLevel]
    ) -> dict[str, dict[int, tf.Tensor]]:
        """Each discriminator's logits by level and domain; no gradient
        flows back into the maps."""
        return {
            level: {
                domain: self.judge(
                    level, {level: tf.stop_gradient(of_domain[level])}
                )
                for domain, of_domain in maps.items()
            }
            for level in self.discriminators
        }

    def discriminator_terms(
        self, judged: Mapping[str, Mapping[int, tf.Tensor]]
    ) -> dict[str, tf.Tensor]:
        """Losses of the discriminators by name, halved per domain."""
        return {
            f"discriminator/{level}": cast(
                tf.Tensor,
                sum(
                    self.method.domain_loss(logits, domain) / 2
                    for domain, logits in by_domain.items()
                ),
            )
            for level, by_domain in judged.items()
        }

    def judge(self, level: str, maps: ByLevel) -> tf.Tensor:
        """One discriminator's logits, in the precision that losses need."""
        logits = self.discriminators[level](maps[level], training=True)
        half = logits.dtype in (tf.float16, tf.bfloat16)
        return tf.cast(logits, tf.float32) if half else logits
