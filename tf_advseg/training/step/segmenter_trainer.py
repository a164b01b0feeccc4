"""What every segmenter in training does, whatever it learns from.

A trainer says what one part of a batch gives (`_gradients`) and who is
updated by it (`_players`). Parts, replicas, precision and the numbers of
health are the same for all, and stand here.
"""

import types
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tf_advseg.base import replicas
from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import MAIN
from tf_advseg.methods.method import Method
from tf_advseg.networks.decoders.two_scales import windows_of
from tf_advseg.networks.layers import batch_norm
from tf_advseg.networks.layers.scales import windows
from tf_advseg.training.health import numbers as health
from tf_advseg.training.labelled_images import count_labelled
from tf_advseg.training.step import accumulation
from tf_advseg.training.step import warmup
from tf_advseg.training.step import wiring
from tf_advseg.training.step.forward import training_forward
from tf_advseg.training.step.precision import with_loss_scaling
from tf_advseg.training.step.updating import update
from tf_advseg.training.step.whole_model import WholeModel

Player = tuple[str, keras.Optimizer, list[keras.Variable]]


class SegmenterTrainer(WholeModel):
    """Base of what trains `segmenter` by `method`.

    Args:
        segmenter: A functional model from images to a dict of logits by level
            and `features`.
        method: What to adapt by. Levels that the segmenter lacks raise,
            except `aux`, which one-level networks simply do not have.
        precision: What training computes in: `float32`, `bfloat16` or
            `float16`. Weights, losses and the product stay float32.
        remat: Whether activations are computed again on the way back, to
            save memory.

    Attributes:
        target_scale: Factor of all that target images bring.
        discriminators: By level, if there are any.
    """

    def __init__(
        self,
        segmenter: keras.Model,
        method: Method,
        precision: str = "float32",
        remat: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.precision = precision
        self.remat = remat
        self.segmenter = segmenter
        self.method = wiring.fit_to(segmenter, method)
        self.forward = training_forward(segmenter, precision, remat)
        self.windows = windows_of(segmenter)
        self.accumulate = 1
        self.clip_norm = 0.0
        self.target_delay = self.target_warmup = 0
        self.watched_classes = ()
        self.target_scale = tf.Variable(tf.constant(1.0), trainable=False)

    discriminators: Mapping[str, keras.Model] = types.MappingProxyType({})
    seed: int = 0
    """Of what the trainer draws."""

    def _gradients(self, images, labels, num_labelled) -> tuple[Any, ...]:
        """Logs, then each player's gradients, of one part of a batch.

        What comes after those, summed over parts, `_after_update` gets.
        """
        raise NotImplementedError

    def _after_update(self, *sums) -> None:
        """Called when all players are updated; does nothing by itself."""
        return

    def _players(self) -> list[Player]:
        """The name, optimizer and variables of each side of the game."""
        return [
            ("segmenter", self.optimizer, self.segmenter.trainable_variables)
        ]

    def train_step(self, data):
        """One update of every network; returns the losses by name.

        If `compile` was told the classes to watch, the numbers of
        `tf_advseg.training.health.numbers` are there too.
        """
        images, labels = data
        num_labelled = count_labelled(self.method, labels) / self.accumulate

        def of_part(part):
            return self._gradients(*part, num_labelled=num_labelled)

        updates = self.optimizer.iterations
        drawn = windows.drawn(self.windows, self.seed, updates)
        with batch_norm.folded(), drawn:
            logs, *found = accumulation.sum_over_parts(
                of_part, (images, labels), self.accumulate
            )
        logs = {name: value / self.accumulate for name, value in logs.items()}
        players = self._players()
        gradients, sums = found[: len(players)], found[len(players) :]
        for player, of_player in zip(players, gradients, strict=True):
            name, optimizer, variables = player
            if self.watched_classes:
                unit = optimizer.scale_loss(1.0)
                norm = health.gradient_norm(of_player) / unit
                logs[f"{health.PREFIX}gradient_norm/{name}"] = norm
            clip_norm = self.clip_norm if optimizer is self.optimizer else 0.0
            update(optimizer, of_player, variables, clip_norm)
        self._after_update(*sums)
        return logs

    def _target_scale(self) -> tf.Tensor | tf.Variable:
        """What multiplies the target's terms in this update."""
        if not (self.target_delay or self.target_warmup):
            return self.target_scale
        return self.target_scale * warmup.weight(
            self.optimizer.iterations, self.target_delay, self.target_warmup
        )

    def _total(self, terms, is_first: bool = True) -> tf.Tensor:
        """What the segmenter minimises: the weighted sum of all terms.

        Its own losses, of regularisers say, count in its first pass alone.
        """
        # Stacked: a chain of sums is added in any order.
        parts = [weight * loss for weight, loss in terms.values()]
        # Without a source batch norm may be all that learns.
        total = tf.reduce_sum(tf.stack(parts)) if parts else tf.constant(0.0)
        return total + sum(self.segmenter.losses) if is_first else total

    def _segmenter_gradients(self, tape, scaled, outputs):
        """The segmenter's gradients, and how hard its outputs are pulled at.

        Args:
            tape: Saw how `scaled` was made.
            scaled: The total, `_scaled`.
            outputs: By domain and level.
        """
        variables = self.segmenter.trainable_variables
        # The outputs' own gradients are found on the way: they cost nothing.
        watched = self._watched_outputs(outputs)
        found = tape.gradient(scaled, [*variables, *watched.values()])
        gradients, pulls = found[: len(variables)], found[len(variables) :]
        unit = self.optimizer.scale_loss(1.0)
        pulls = health.of_pulls(zip(watched, pulls, strict=True), unit)
        return gradients, pulls

    def _logs(self, total, terms, target_logits=None) -> dict[str, tf.Tensor]:
        """The losses by name, and the predictions' health."""
        logs = {"loss": total, **{k: loss for k, (_, loss) in terms.items()}}
        if self.watched_classes:
            if f"source/{MAIN}" in terms:
                loss = terms[f"source/{MAIN}"][1]
                logs[f"{health.PREFIX}source_loss"] = loss
            if target_logits is not None:
                logs |= health.of_predictions(
                    target_logits, self.watched_classes
                )
        return logs

    def _watched_outputs(self, outputs):
        """By domain and level, what the method's losses pull at."""
        if not self.watched_classes:
            return {}
        return {
            (domain, level): of_domain[level]
            for domain, of_domain in outputs.items()
            for level in self.method.active_levels()
        }

    def _scaled(self, optimizer, loss):
        """Averages over parts and replicas, whose gradients are summed."""
        return optimizer.scale_loss(loss / (replicas.count() * self.accumulate))

    def compile(
        self,
        optimizer,
        discriminator_optimizer=None,
        accumulate: int = 1,
        watched_classes: Sequence[str] = (),
        clip_norm: float = 0.0,
        target_delay: int = 0,
        target_warmup: int = 0,
        **kwargs,
    ):
        """Sets the segmenter's optimizer and builds it, in the strategy's
        scope.

        Args:
            optimizer: Of the segmenter.
            discriminator_optimizer: Of trainers that have discriminators.
            accumulate: Parts that each batch is cut into, one after the
                other, for one update: the papers' iter-size.
            watched_classes: Names of all classes; with them the logs of
                `train_step` hold numbers of the training's health.
            clip_norm: The longest gradient of the segmenter; 0: any length.
            target_delay: Updates without the target; see `step.warmup`.
            target_warmup: Updates over which its weight then rises.
            **kwargs: Of `keras.Model.compile`. XLA is off unless asked for:
                it is slower on CPUs and fails on several replicas.
        """
        kwargs.setdefault("jit_compile", False)
        optimizer = keras.optimizers.get(optimizer)
        super().compile(
            optimizer=with_loss_scaling(optimizer, self.precision), **kwargs
        )
        check_range("accumulate", accumulate, low=1)
        check_range("clip_norm", clip_norm, low=0)
        self.accumulate = accumulate
        self.clip_norm = clip_norm
        self.target_delay, self.target_warmup = target_delay, target_warmup
        self.watched_classes = tuple(watched_classes)
        self.optimizer.build(self.segmenter.trainable_variables)

    def get_compile_config(self) -> dict:
        return {
            "optimizer": keras.saving.serialize_keras_object(self.optimizer),
            "accumulate": self.accumulate,
            "watched_classes": list(self.watched_classes),
            "clip_norm": self.clip_norm,
            "target_delay": self.target_delay,
            "target_warmup": self.target_warmup,
        }

    def get_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            "segmenter": serialize(self.segmenter),
            "method": serialize(self.method),
            "precision": self.precision,
            "remat": self.remat,
            "name": self.name,
        }
