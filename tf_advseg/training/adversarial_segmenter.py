"""A segmenter in training: two domains, one segmenter, one game a level.

`train_step` is the algorithm of the papers, in their order:

1. forward the source batch, and the gradient of its supervised loss;
2. forward the target batch (each domain has its own batch-norm batch), and the
   gradient of the method's loss on it, its maps judged as if from the source;
3. one gradient for the discriminators: the same maps, detached, halved. The
   segmenter's is the sum of its two.

A network is frozen by whose variables get gradients, nothing else.
"""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import TARGET
from tf_advseg.methods.method import Method
from tf_advseg.training.health import numbers as health
from tf_advseg.training.labelled_images import LABELLED
from tf_advseg.training.labelled_images import forward_labelled
from tf_advseg.training.step import accumulation
from tf_advseg.training.step import resolution
from tf_advseg.training.step import wiring
from tf_advseg.training.step.objective import Objective
from tf_advseg.training.step.precision import building_in
from tf_advseg.training.step.precision import with_loss_scaling
from tf_advseg.training.step.resolution import CoarseForward
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer


@keras.saving.register_keras_serializable(package="tf_advseg")
class AdversarialSegmenter(SegmenterTrainer):
    """Trains `segmenter` by `method`; `.segmenter` is the product.

    Batches are `({"source": images, "target": images}, labels)`: float RGB
    images `(B, H, W, 3)`, 0-255, and the source's train ids `(B, H, W)`. The
    domains' sizes may differ. Without `target` the method must not need it.
    With labelled `target_labels` among the images, labels are a dict of
    theirs and the `source`'s; of images of `target` alone, an empty one.

    Args:
        segmenter: A functional model from images to a dict of logits by level
            and `features`, see `networks.decoders.Decoder.build`.
        method: What to adapt by. Levels that the segmenter lacks raise,
            except `aux`, which one-level networks simply do not have.
        discriminators: By level; None builds those that the method needs.
        discriminator_width: Channels of the first convolution of those; 64
            in the papers.
        discriminator_options: More of `discriminators.for_maps`.
        judge_at: Where target losses and discriminators look: at logits of
            the image's size (`image`, the papers') or before resizing
            (`logits`); see `step.resolution`.
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
        discriminator_options: Mapping[str, Any] | None = None,
        judge_at: str = resolution.IMAGE,
        precision: str = "float32",
        remat: bool = False,
        **kwargs,
    ):
        check_choice("judge_at", judge_at, resolution.PLACES)
        # Before anything else that draws initial weights.
        method = wiring.fit_to(segmenter, method)
        if discriminators is None:
            with building_in(precision):
                discriminators = wiring.build_discriminators(
                    method,
                    segmenter,
                    discriminator_width,
                    judge_at,
                    **(discriminator_options or {}),
                )
        super().__init__(segmenter, method, precision, remat, **kwargs)
        self.judge_at = judge_at
        if judge_at == resolution.LOGITS:
            self.forward = CoarseForward(segmenter, precision, remat)
        self.discriminators = dict(discriminators)
        self.objective = Objective(self.method, self.discriminators)
        self.discriminator_optimizer = None
        self.built = True

    def _gradients(self, images, labels, num_labelled):
        """Logs, then each player's gradients, of one part of a batch."""
        outputs, maps, terms, pulls, gradients = {}, {}, {}, {}, []
        for is_labelled, is_target in self._passes(images):
            with tf.GradientTape() as tape:
                own, found = {}, {}
                if is_labelled:
                    own, labelled = forward_labelled(
                        self.forward, self.method, images, labels
                    )
                    found = self.objective.source_terms(labelled, num_labelled)
                if is_target:
                    after = accumulation.after(gradients, images["target"])
                    own[TARGET] = self.forward(after)
                seen = {d: resolution.seen(of_d) for d, of_d in own.items()}
                maps |= self.objective.domain_maps(seen)
                if is_target:
                    found |= self.objective.target_terms(
                        own if self.method.thins_out else seen,
                        maps,
                        self._target_scale(),
                    )
                total = self._total(found, is_first=not gradients)
                scaled = self._scaled(self.optimizer, total)
            more, of_own = self._segmenter_gradients(tape, scaled, seen)
            gradients = accumulation.added(gradients, more)
            outputs, terms, pulls = outputs | own, terms | found, pulls | of_own
        logits = outputs.get(TARGET, {}).get(MAIN)
        logs = self._logs(self._total(terms), terms, logits) | pulls
        if not self.discriminators:
            return logs, gradients
        more, of_discriminators = self._discriminator_gradients(maps)
        return logs | more, gradients, of_discriminators

    def _passes(self, images) -> list[tuple[bool, bool]]:
        """In their order: whether each sees labelled and target images.

        Two where they can be: what the first keeps for its way back is then
        forgotten before the second begins.
        """
        with_target = self.method.uses_target
        if not with_target or self.method.aligns_source:
            return [(True, with_target)]
        with_labels = not images.keys().isdisjoint(LABELLED)
        return [(True, False)] * with_labels + [(False, True)]

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

    def _players(self):
        players = super()._players()
        if self.discriminators:
            variables = self.discriminator_variables
            optimizer = self.discriminator_optimizer
            players.append(("discriminators", optimizer, variables))
        return players

    def compile(
        self,
        optimizer: Any,
        discriminator_optimizer: Any = None,
        *args: Any,
        **kwargs: Any,
    ):
        """Sets both optimizers and builds them, in the strategy's scope.

        Args:
            optimizer: Of the segmenter, or what `keras.optimizers.get` takes.
            discriminator_optimizer: Of all discriminators, if there are any.
            *args: As in `SegmenterTrainer`.
            **kwargs: See there.
        """
        super().compile(optimizer, *args, **kwargs)
        if self.discriminators and discriminator_optimizer is None:
            raise ValueError(
                f"{self.method.name} trains discriminators; give compile() a "
                "discriminator_optimizer."
            )
        self.discriminator_optimizer = with_loss_scaling(
            keras.optimizers.get(discriminator_optimizer), self.precision
        )
        if self.discriminators:
            assert self.discriminator_optimizer is not None
            self.discriminator_optimizer.build(self.discriminator_variables)

    def get_compile_config(self) -> dict:
        # Keras by itself knows of one optimizer only: it would lose the other.
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_compile_config(),
            "discriminator_optimizer": serialize(self.discriminator_optimizer),
        }

    def get_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "judge_at": self.judge_at,
            "discriminators": serialize(dict(self.discriminators)),
        }

    @property
    def discriminator_variables(self) -> list[keras.Variable]:
        """Trainable variables of all discriminators."""
        models = self.discriminators.values()
        return [v for model in models for v in model.trainable_variables]
