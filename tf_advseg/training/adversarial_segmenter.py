"""A segmenter in training: two domains, one segmenter, one game a level.

`train_step` is the algorithm of the papers, in their order:

1. forward the source batch, then the target batch (two passes: each domain
   has its own batch-norm batch);
2. one gradient for the segmenter: the supervised loss on the source plus the
   method's on the target, its maps judged as if from the source;
3. one gradient for the discriminators: the same maps, detached, halved.

A network is frozen by whose variables get gradients, nothing else.
"""

from collections.abc import Mapping
from collections.abc import Sequence

import keras
import tensorflow as tf

from tf_advseg.base import replicas
from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import SOURCE
from tf_advseg.base.conventions import TARGET
from tf_advseg.methods import losses
from tf_advseg.methods.method import Method
from tf_advseg.training.health import numbers as health
from tf_advseg.training.step import accumulation
from tf_advseg.training.step import wiring
from tf_advseg.training.step.forward import training_forward
from tf_advseg.training.step.objective import Objective
from tf_advseg.training.step.precision import agreed
from tf_advseg.training.step.precision import building_in
from tf_advseg.training.step.precision import with_loss_scaling
from tf_advseg.training.step.whole_model import WholeModel


@keras.saving.register_keras_serializable(package="tf_advseg")
class AdversarialSegmenter(WholeModel):
    """Trains `segmenter` by `method`; `.segmenter` is the product.

    Batches are `({"source": images, "target": images}, labels)`: float RGB
    images `(B, H, W, 3)`, 0-255, and the source's train ids `(B, H, W)`. The
    domains' sizes may differ. Without `target` the method must not need it.

    Args:
        segmenter: A functional model from images to a dict of logits by level
            and `features`, `deeplab.deeplab_v2` say.
        method: What to adapt by. Levels that the segmenter lacks raise,
            except `aux`, which one-level networks simply do not have.
        discriminators: By level; None builds those that the method needs.
        discriminator_width: Channels of the first convolution of those; 64
            in the papers.
        precision: What training computes in: `float32`, `bfloat16` or
            `float16`. Weights, losses and the product stay float32.
        remat: Whether activations are computed again on the way back, to
            save memory.

    Example:
        model = AdversarialSegmenter(segmenter, methods.AdvEnt())
        model.compile(
            optimizer=ReferenceSGD(2.5e-4),
            discriminator_optimizer=ReferenceAdam(1e-4),
        )
        model.fit(pair(source, target, ...), steps_per_epoch=1000)
        model.segmenter.save("adapted.keras")
    """

    def __init__(
        self,
        segmenter: keras.Model,
        method: Method,
        discriminators: Mapping[str, keras.Model] | None = None,
        discriminator_width: int = 64,
        precision: str = "float32",
        remat: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.precision = precision
        self.remat = remat
        self.segmenter = segmenter
        self.method = wiring.fit_to(segmenter, method)
        if discriminators is None:
            with building_in(precision):
                discriminators = wiring.build_discriminators(
                    self.method, segmenter, discriminator_width
                )
        self.discriminators = dict(discriminators)
        self.objective = Objective(self.method, self.discriminators)
        self.forward = training_forward(segmenter, precision, remat)
        self.discriminator_optimizer = None
        self.accumulate = 1
        self.watched_classes = ()
        self.target_scale = tf.Variable(tf.constant(1.0), trainable=False)
        self.built = True

    def train_step(self, data):
        """One update of every network; returns the losses by name.

        If `compile` was told the classes to watch, the numbers of
        `tf_advseg.training.health.numbers` are there too.
        """
        images, labels = data
        num_labelled = replicas.mean(losses.count_labelled(labels))
        num_labelled /= self.accumulate

        def of_part(part):
            return self._gradients(*part, num_labelled=num_labelled)

        logs, *gradients = accumulation.sum_over_parts(
            of_part, (images, labels), self.accumulate
        )
        logs = {name: value / self.accumulate for name, value in logs.items()}
        for player, of_player in zip(self._players(), gradients, strict=True):
            name, optimizer, variables = player
            if self.watched_classes:
                unit = optimizer.scale_loss(1.0)
                norm = health.gradient_norm(of_player) / unit
                logs[f"{health.PREFIX}gradient_norm/{name}"] = norm
            of_player = agreed(optimizer, of_player)
            # An untrained head has no gradient: no update, no weight decay.
            pairs = zip(of_player, variables, strict=True)
            optimizer.apply_gradients([p for p in pairs if p[0] is not None])
        return logs

    def _forward(self, images) -> dict[int, dict[str, tf.Tensor]]:
        outputs = {SOURCE: self.forward(images["source"])}
        if self.method.uses_target:
            outputs[TARGET] = self.forward(images["target"])
        return outputs

    def _gradients(self, images, labels, num_labelled):
        """Logs, then each player's gradients, of one part of a batch."""
        with tf.GradientTape() as tape:
            outputs = self._forward(images)
            maps = self.objective.domain_maps(outputs)
            terms = self.objective.source_terms(outputs, labels, num_labelled)
            terms |= self.objective.target_terms(
                outputs, maps, self.target_scale
            )
            # Stacked: a chain of sums is added in any order.
            parts = [weight * loss for weight, loss in terms.values()]
            total = tf.reduce_sum(tf.stack(parts))
            total += sum(self.segmenter.losses)
            scaled = self._scaled(self.optimizer, total)
        variables = self.segmenter.trainable_variables
        # The outputs' own gradients are found on the way: they cost nothing.
        watched = self._watched_outputs(outputs)
        found = tape.gradient(scaled, [*variables, *watched.values()])
        gradients, pulls = found[: len(variables)], found[len(variables) :]
        logs = {"loss": total, **{k: loss for k, (_, loss) in terms.items()}}
        if self.watched_classes:
            logs |= self._health(outputs, terms)
            unit = self.optimizer.scale_loss(1.0)
            logs |= health.of_pulls(zip(watched, pulls, strict=True), unit)
        if not self.discriminators:
            return logs, gradients
        more, of_discriminators = self._discriminator_gradients(maps)
        return logs | more, gradients, of_discriminators

    def _discriminator_gradients(self, maps):
        with tf.GradientTape() as tape:
            judged = self.objective.judge_detached(maps)
            logs = self.objective.discriminator_terms(judged)
            total = sum(logs.values())
            scaled = self._scaled(self.discriminator_optimizer, total)
        gradients = tape.gradient(scaled, self.discriminator_variables)
        if self.watched_classes:
            boundary = self.method.domain_boundary
            logs |= health.of_discriminators(judged, boundary)
        return logs, gradients

    def _health(self, outputs, terms):
        logs = {f"{health.PREFIX}source_loss": terms[f"source/{MAIN}"][1]}
        if TARGET in outputs:
            logits = outputs[TARGET][MAIN]
            logs |= health.of_predictions(logits, self.watched_classes)
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

    def _players(self):
        """The name, optimizer and variables of each side of the game."""
        segmenter = self.segmenter.trainable_variables
        players = [("segmenter", self.optimizer, segmenter)]
        if self.discriminators:
            variables = self.discriminator_variables
            optimizer = self.discriminator_optimizer
            players.append(("discriminators", optimizer, variables))
        return players

    def _scaled(self, optimizer, loss):
        """Averages over parts and replicas, whose gradients are summed."""
        return optimizer.scale_loss(loss / (replicas.count() * self.accumulate))

    def compile(
        self,
        optimizer,
        discriminator_optimizer=None,
        accumulate: int = 1,
        watched_classes: Sequence[str] = (),
        **kwargs,
    ):
        """Sets both optimizers and builds them, in the strategy's scope.

        Args:
            optimizer: Of the segmenter.
            discriminator_optimizer: Of all discriminators, if there are any.
            accumulate: Parts that each batch is cut into, one after the
                other, for one update: the papers' iter-size.
            watched_classes: Names of all classes; with them the logs of
                `train_step` hold numbers of the game's health.
            **kwargs: Of `keras.Model.compile`. XLA is off unless asked for:
                it is slower on CPUs and fails on several replicas.
        """
        kwargs.setdefault("jit_compile", False)
        optimizer = keras.optimizers.get(optimizer)
        super().compile(
            optimizer=with_loss_scaling(optimizer, self.precision), **kwargs
        )
        check_range("accumulate", accumulate, low=1)
        self.accumulate = accumulate
        self.watched_classes = tuple(watched_classes)
        if self.discriminators and discriminator_optimizer is None:
            raise ValueError(
                f"{self.method.name} trains discriminators; give compile() a "
                "discriminator_optimizer."
            )
        self.discriminator_optimizer = with_loss_scaling(
            keras.optimizers.get(discriminator_optimizer), self.precision
        )
        self.optimizer.build(self.segmenter.trainable_variables)
        if self.discriminators:
            assert self.discriminator_optimizer is not None
            self.discriminator_optimizer.build(self.discriminator_variables)

    @property
    def discriminator_variables(self) -> list[keras.Variable]:
        """Trainable variables of all discriminators."""
        models = self.discriminators.values()
        return [v for model in models for v in model.trainable_variables]
