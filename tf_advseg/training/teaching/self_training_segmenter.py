"""A segmenter in training that learns from what its teacher sees.

`_gradients` is the algorithm of self-training, DACS' (arXiv 2007.08702) say:

1. the teacher labels the target batch, in inference mode;
2. what is believed of it is mixed with the source batch, and perturbed;
3. forward the source batch, then the mixed one, and the target batch with
   hidden blocks, if the method weighs that;
4. one gradient for the segmenter, the sum of these supervised losses'.

After the update the teacher moves a little towards the segmenter.
"""

import contextlib
from typing import Any

import keras
import tensorflow as tf

from tf_advseg.base import replicas
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import SOURCE
from tf_advseg.datasets.pipeline import sampling
from tf_advseg.methods.confidence import BINS
from tf_advseg.methods.confidence import count_confidences
from tf_advseg.methods.self_training import Samples
from tf_advseg.methods.self_training import SelfTrainingMethod
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.layers import batch_norm
from tf_advseg.training.health import numbers as health
from tf_advseg.training.labelled_images import forward_labelled
from tf_advseg.training.labelled_images import labelled_samples
from tf_advseg.training.step import accumulation
from tf_advseg.training.step.forward import training_forward
from tf_advseg.training.step.moving_average import float_weights
from tf_advseg.training.step.moving_average import move_towards
from tf_advseg.training.step.objective import Objective
from tf_advseg.training.step.objective import seen_by
from tf_advseg.training.step.precision import twin
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer
from tf_advseg.training.teaching.feature_anchor import FeatureAnchor

MEMORY = 0.99
"""Share of the teacher's confidences that an update keeps."""

_STREAM = 2
"""The stream of draws after those of the source and the target."""

_MASKED = "masked"
"""What logs call the loss of images with hidden blocks."""


@keras.saving.register_keras_serializable(package="tf_advseg")
class SelfTrainingSegmenter(SegmenterTrainer):
    """Trains `segmenter` by a self-training method; it is the product.

    Batches are those of `AdversarialSegmenter`.

    Args:
        segmenter: A functional model from images to a dict of logits by level
            and `features`.
        method: How to learn from target images.
        precision: As in `SegmenterTrainer`.
        remat: The same.
        seed: Of what is mixed and perturbed.
        anchor: What the features of source images stay near, if the method
            weighs that.

    Raises:
        ValueError: If the method weighs it, and there is no `anchor`.

    Attributes:
        teacher: The running average of the segmenter.
        confidences: Pixels that the teacher gave to each class with each
            confidence, older ones fading.
    """

    method: SelfTrainingMethod

    def __init__(
        self,
        segmenter: keras.Model,
        method: SelfTrainingMethod,
        precision: str = "float32",
        remat: bool = False,
        seed: int = 0,
        anchor: FeatureAnchor | None = None,
        **kwargs,
    ):
        super().__init__(segmenter, method, precision, remat, **kwargs)
        self.seed = seed
        self.anchor = anchor
        if anchor is None and method.feature_distance:
            raise ValueError(
                f"{method.name}: feature_distance needs an `anchor`, the "
                "backbone with ImageNet's weights."
            )
        if anchor is not None:
            anchored = anchor.beside(segmenter)
            self.forward = training_forward(anchored, precision, remat)
        self.num_classes = outputs_of(segmenter)[MAIN].shape[-1]
        self.teacher = twin(segmenter, precision)
        self.teacher.set_weights(segmenter.get_weights())
        self.teacher.trainable = False
        self.confidences = self.add_weight(
            (self.num_classes, BINS), "zeros", trainable=False
        )
        self.objective = Objective(self.method, {})
        self.built = True

    def train_step(self, data):
        images, labels = data
        seeds = self._image_seeds(tf.shape(images["target"])[0])
        return super().train_step(({**images, "seeds": seeds}, labels))

    def _gradients(self, images, labels, num_labelled):
        """Logs, the gradients, and the teacher's confidences, of one part."""
        target, seen, counts = self._pseudo_labelled(images["target"])
        seeds = tf.unstack(images["seeds"], axis=1)
        mixed = self.method.mixed(
            labelled_samples(images, labels), target, seeds[0], self.num_classes
        )
        with tf.GradientTape() as tape:
            outputs, labelled = forward_labelled(
                self.forward, self.method, images, labels
            )
            terms = self.objective.source_terms(labelled, num_labelled)
            if self.anchor is not None:
                terms["feature_distance"] = (
                    self.method.feature_distance,
                    self.anchor.distance(
                        outputs[SOURCE], images["source"], labelled[0][1]
                    ),
                )
            scaled = self._scaled(self.optimizer, self._total(terms))
        # No pulls are watched: mixed images are labelled, and pull as hard.
        gradients, _ = self._segmenter_gradients(tape, scaled, {})
        lessons = [("target", mixed, self.method.perturbed)]
        if self.method.masked_weight:
            lessons.append((_MASKED, target, self.method.masked))
        for name, samples, harder in lessons:
            # What a pass kept is forgotten before the next one begins.
            images = accumulation.after(gradients, samples.images)
            images = harder(images, seeds[1])
            with tf.GradientTape() as tape:
                found = self._taught_terms(name, images, samples)
                total = self._total(found, is_first=False)
                scaled = self._scaled(self.optimizer, total)
            more, _ = self._segmenter_gradients(tape, scaled, {})
            gradients = accumulation.added(gradients, more)
            terms |= found
        logs = self._logs(self._total(terms), terms, seen)
        if self.watched_classes:
            logs |= health.of_teacher(target.weights, counts)
        return logs, gradients, counts

    def _pseudo_labelled(self, images):
        """Target images with the teacher's labels, believed or not; the
        logits; and how often it was how sure of what."""
        logits = tf.cast(self.teacher(images, training=False)[MAIN], tf.float32)
        labels = tf.argmax(logits, axis=-1, output_type=tf.int32)
        confidence = tf.reduce_max(tf.nn.softmax(logits), axis=-1)
        counts = count_confidences(confidence, labels, self.num_classes)
        thresholds = self.method.thresholds(self.confidences.value)
        is_believed = confidence >= tf.gather(thresholds, labels)
        weights = self.method.pixel_weights(is_believed)
        return Samples(images, labels, weights), logits, counts

    def _taught_terms(self, name, images, samples):
        """What is to be said of images, the teacher's labels of them given."""
        weight, trace = self._target_scale(), contextlib.nullcontext()
        if name == _MASKED:
            weight = weight * self.method.masked_weight
            # The product sees no holes: its statistics are to know of none.
            trace = batch_norm.traceless(batch_norm.MODES)
        with trace:
            outputs = self.forward(images)
        return {
            f"{name}/{level}": (
                weight * of_level,
                self.method.mixed_loss(
                    outputs[level],
                    seen_by(level, samples.labels),
                    seen_by(level, samples.weights),
                ),
            )
            for level, of_level in self.method.target_weights.items()
        }

    def _after_update(self, *sums):
        """The teacher follows; what it said is remembered."""
        counts = replicas.total(*sums)
        context: Any = tf.distribute.get_replica_context()
        context.merge_call(self._follow, args=(counts,))

    def _follow(self, strategy, counts):
        """For all replicas at once: what is theirs must stay the same."""
        step = tf.cast(self.optimizer.iterations, tf.float32)
        # The first updates' weights would linger (the DACS program's rule).
        decay = tf.minimum(self.method.teacher_decay, 1.0 - 1.0 / (step + 1.0))
        move_towards(
            float_weights(self.teacher), float_weights(self.segmenter), decay
        )

        def remember(confidences, counts):
            confidences.assign(MEMORY * confidences + counts)

        strategy.extended.update(
            self.confidences.value, remember, args=(counts,)
        )

    def _image_seeds(self, size):
        """Seeds `(B, 2, 2)` of the images' draws, to mix and to perturb.

        They depend on an image's place in the whole training alone, so that
        replicas, parts and a resumed run draw as one run does.
        """
        context: Any = tf.distribute.get_replica_context()
        place = tf.cast(self.optimizer.iterations, tf.int64)
        place = place * replicas.count()
        place += tf.cast(context.replica_id_in_sync_group, tf.int64)
        size = tf.cast(size, tf.int64)
        places = place * size + tf.range(size)

        def draw(place):
            return tf.stack(
                [
                    sampling.sample_seed(place, seed)
                    for seed in sampling.stream_seeds(self.seed, _STREAM)
                ]
            )

        return tf.map_fn(draw, places)

    def get_config(self) -> dict:
        if self.anchor is not None:
            raise ValueError(
                "A trainer with feature_distance is not saved whole, since "
                "ImageNet's backbone is a model of its own: save its "
                "`segmenter`."
            )
        return {**super().get_config(), "seed": self.seed}
