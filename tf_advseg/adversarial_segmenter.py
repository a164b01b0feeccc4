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

import keras
import tensorflow as tf

from tf_advseg import losses
from tf_advseg import wiring
from tf_advseg.conventions import FEATURES
from tf_advseg.conventions import MAIN
from tf_advseg.conventions import SOURCE
from tf_advseg.conventions import TARGET
from tf_advseg.methods.method import Method


@keras.saving.register_keras_serializable(package="tf_advseg")
class AdversarialSegmenter(keras.Model):
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
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.segmenter = segmenter
        self.method = wiring.fit_to(segmenter, method)
        if discriminators is None:
            discriminators = wiring.build_discriminators(
                self.method, segmenter, discriminator_width
            )
        self.discriminators = dict(discriminators)
        self.discriminator_optimizer = None
        self.built = True

    def call(self, images, training=False):
        """Main logits `(B, H, W, C)` of images, or of a batch's source."""
        if isinstance(images, Mapping):
            images = images["source"]
        return self.segmenter(images, training=training)[MAIN]

    def train_step(self, data):
        """One update of every network; returns the losses by name."""
        images, labels = data
        num_labelled = _mean_over_replicas(losses.count_labelled(labels))
        with tf.GradientTape() as tape:
            outputs = self._forward(images)
            maps = self._domain_maps(outputs)
            terms = self._source_terms(outputs[SOURCE], labels, num_labelled)
            terms |= self._target_terms(outputs, maps)
            total = tf.add_n([weight * loss for weight, loss in terms.values()])
            total += sum(self.segmenter.losses)
            scaled = self._scaled(self.optimizer, total)
        self._descend(self.optimizer, tape, scaled, [self.segmenter])

        logs = {"loss": total, **{k: loss for k, (_, loss) in terms.items()}}
        return logs | self._train_discriminators(maps)

    def test_step(self, data):
        """Cross-entropy and pixel accuracy of the main level."""
        images, labels = data
        logits = self(images)
        count = losses.count_labelled(labels)
        hits = tf.cast(labels, tf.int64) == tf.argmax(logits, axis=-1)
        hits = tf.reduce_sum(tf.cast(hits, tf.float32))
        return {
            "loss": losses.cross_entropy(logits, labels, count),
            "pixel_accuracy": tf.math.divide_no_nan(hits, count),
        }

    def _forward(self, images) -> dict[int, dict[str, tf.Tensor]]:
        outputs = {SOURCE: self.segmenter(images["source"], training=True)}
        if self.method.uses_target:
            outputs[TARGET] = self.segmenter(images["target"], training=True)
        return outputs

    def _domain_maps(self, outputs) -> dict[int, dict[str, tf.Tensor]]:
        if not self.discriminators:
            return {}
        return {
            domain: self.method.discriminator_input(of_domain)
            for domain, of_domain in outputs.items()
        }

    def _source_terms(self, outputs, labels, num_labelled):
        """Weights and losses on the source, by name."""
        return {
            f"source/{level}": (
                weight,
                self.method.source_loss(outputs[level], labels, num_labelled),
            )
            for level, weight in self.method.source_weights.items()
        }

    def _target_terms(self, outputs, maps):
        """Weights and losses that target images bring, by name."""
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
                judged = {d: self._judge(level, maps[d]) for d in domains}
                loss = self.method.adversarial_loss(judged)
                terms[f"adversarial/{level}"] = (weight, loss)
        return terms

    def _train_discriminators(self, maps):
        if not self.discriminators:
            return {}
        with tf.GradientTape() as tape:
            terms = {}
            for level in self.discriminators:
                halves = []
                for domain, of_domain in maps.items():
                    detached = {level: tf.stop_gradient(of_domain[level])}
                    judged = self._judge(level, detached)
                    halves.append(self.method.domain_loss(judged, domain) / 2)
                terms[f"discriminator/{level}"] = tf.add_n(halves)
            total = tf.add_n(list(terms.values()))
            scaled = self._scaled(self.discriminator_optimizer, total)
        self._descend(
            self.discriminator_optimizer,
            tape,
            scaled,
            self.discriminators.values(),
        )
        return terms

    def _judge(self, level, maps) -> tf.Tensor:
        """One discriminator's logits, in the precision that losses need."""
        logits = self.discriminators[level](maps[level], training=True)
        half = logits.dtype in (tf.float16, tf.bfloat16)
        return tf.cast(logits, tf.float32) if half else logits

    def _scaled(self, optimizer, loss):
        """Averages over replicas, whose gradients are summed, and scales."""
        return optimizer.scale_loss(loss / _num_replicas())

    def _descend(self, optimizer, tape, loss, models):
        variables = [v for model in models for v in model.trainable_variables]
        gradients = tape.gradient(loss, variables)
        # An untrained head has no gradient: no update, no weight decay either.
        pairs = zip(gradients, variables, strict=True)
        optimizer.apply_gradients([(g, v) for g, v in pairs if g is not None])

    def compile(self, optimizer, discriminator_optimizer=None, **kwargs):
        """Sets both optimizers and builds them, in the strategy's scope.

        Args:
            optimizer: Of the segmenter.
            discriminator_optimizer: Of all discriminators, if there are any.
            **kwargs: Of `keras.Model.compile`. XLA is off unless asked for:
                it is slower on CPUs and fails on several replicas.
        """
        kwargs.setdefault("jit_compile", False)
        super().compile(optimizer=optimizer, **kwargs)
        if self.discriminators and discriminator_optimizer is None:
            raise ValueError(
                f"{self.method.name} trains discriminators; give compile() a "
                "discriminator_optimizer."
            )
        self.discriminator_optimizer = keras.optimizers.get(
            discriminator_optimizer
        )
        self.optimizer.build(self.segmenter.trainable_variables)
        if self.discriminators:
            self.discriminator_optimizer.build(self.discriminator_variables)

    @property
    def discriminator_variables(self) -> list[keras.Variable]:
        """Trainable variables of all discriminators."""
        models = self.discriminators.values()
        return [v for model in models for v in model.trainable_variables]

    def get_compile_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            "optimizer": serialize(self.optimizer),
            "discriminator_optimizer": serialize(self.discriminator_optimizer),
        }

    def compile_from_config(self, config: dict) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))

    def get_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            "segmenter": serialize(self.segmenter),
            "method": serialize(self.method),
            "discriminators": serialize(dict(self.discriminators)),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict) -> "AdversarialSegmenter":
        return cls(**keras.saving.deserialize_keras_object(config))


def _num_replicas() -> int:
    return tf.distribute.get_strategy().num_replicas_in_sync


def _mean_over_replicas(value: tf.Tensor) -> tf.Tensor:
    if _num_replicas() == 1:
        return value
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)
