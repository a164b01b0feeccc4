"""What the methods that learn from their own predictions share.

With segmenter S, its teacher T (a running average of S), source images x_s
with labels y_s and target images x_t, a step is

    y_t = argmax T(x_t),  p_t = max softmax T(x_t)
    w_t = how far y_t is believed, by p_t         (`pixel_weights`)
    x_m, y_m, w_m = what S is shown of both       (`mixed`)
    S minimises   sum_l source_weights[l] * source_loss(S(x_s)_l, y_s)
                + sum_l target_weights[l] * mixed_loss(S(x_m, perturbed)_l,
                                                       y_m, w_m)
                + masked_weight * the same of (x_t masked, y_t, w_t)
                + feature_distance * how far S's features of x_s have gone
    T = teacher_decay * T + (1 - teacher_decay) * S

The class weights count for the source's pixels alone. A teacher trained with
them labels the target as they favour; learned with those weights once more, the
favoured classes would grow from update to update. Taken out of the teacher's
logits, the rare classes would be labelled no more, and vanish.

`training.teaching.self_training_segmenter` makes these steps.
"""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar
from typing import NamedTuple
from typing import Self

import tensorflow as tf

from tf_advseg.base import checks
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.methods.confidence import class_thresholds
from tf_advseg.methods.masking import with_hidden_blocks
from tf_advseg.methods.method import Method
from tf_advseg.methods.method import level_weights
from tf_advseg.methods.method import with_details
from tf_advseg.methods.perturbation import perturbed

WEIGHTINGS = ("image", "pixel")


class Samples(NamedTuple):
    """Images `(B, H, W, 3)`, train ids and weights, both `(B, H, W)`."""

    images: tf.Tensor
    labels: tf.Tensor
    weights: tf.Tensor


@dataclasses.dataclass(frozen=True)
class SelfTrainingMethod(Method):
    """Learns target images by the labels that a teacher gives them.

    Args:
        threshold: The confidence from which the teacher is believed.
        share: This share of each class's pixels, the surest, is believed
            though it lies below the threshold: rare classes are never as
            sure as frequent ones. 0: the threshold alone counts.
        floor: What is less sure than this is never believed by its share: a
            half, since a class below it is less likely than the others
            together. Else a teacher that knows nothing yet would teach what
            it guesses.
        weighting: `pixel`: pixels that are believed count 1 and others 0;
            `image`: all pixels of an image count by the share of them that
            is believed.
        teacher_decay: Of the average of weights that is the teacher.
        color_jitter: As `--color_jitter`, on what the student is shown.
        blur: Share of images of which it is shown a blurred one.
        masked_weight: Weight (MIC's lambda, times `target_weights`) of what
            it says of target images with hidden blocks, see `masking`; 0
            shows it none.
        mask_ratio: How likely each block is hidden.
        mask_block: The side of a block, in pixels of the crop.
        feature_distance: Weight of `thing_features`' distance (0.005 in
            DAFormer); 0 lets features go where they go.
        things: Names of the classes that it counts for; none: Cityscapes'.
    """

    scales_target_weights: ClassVar[bool] = False

    target_weights: Mapping[str, float] = level_weights(main=1.0)
    threshold: float = 0.968
    share: float = 0.0
    floor: float = 0.5
    weighting: str = "image"
    teacher_decay: float = 0.99
    color_jitter: float = 0.25
    blur: float = 0.5
    masked_weight: float = 0.0
    mask_ratio: float = 0.7
    mask_block: int = 64
    feature_distance: float = 0.0
    things: tuple[str, ...] = ()

    def __post_init__(self):
        super().__post_init__()
        for field in (
            "threshold",
            "share",
            "floor",
            "teacher_decay",
            "color_jitter",
            "blur",
            "mask_ratio",
        ):
            value = getattr(self, field)
            checks.check_range(f"{self.name} {field}", value, 0.0, 1.0)
        checks.check_choice(
            f"{self.name} weighting", self.weighting, WEIGHTINGS
        )
        for field, low in (
            ("masked_weight", 0),
            ("mask_block", 1),
            ("feature_distance", 0),
        ):
            value = getattr(self, field)
            checks.check_range(f"{self.name} {field}", value, low)

    def with_details(self, weight: float) -> Self:
        shared = with_details(self.target_weights, weight)
        changed = dataclasses.replace(self, target_weights=shared)
        return super(SelfTrainingMethod, changed).with_details(weight)

    def thresholds(self, counts: tf.Tensor) -> tf.Tensor:
        """The confidence from which each class is believed, `(C,)`.

        Args:
            counts: What the teacher gave so far, see `confidence`.
        """
        fixed = tf.fill(tf.shape(counts)[:1], self.threshold)
        if not self.share:
            return fixed
        surest = class_thresholds(counts, self.share)
        return tf.minimum(fixed, tf.maximum(surest, self.floor))

    def pixel_weights(self, is_believed: tf.Tensor) -> tf.Tensor:
        """Float32 weights of target pixels, from bool `(B, H, W)`."""
        weights = tf.cast(is_believed, tf.float32)
        if self.weighting == "pixel":
            return weights
        shares = tf.reduce_mean(weights, axis=(1, 2), keepdims=True)
        return tf.broadcast_to(shares, tf.shape(weights))

    def mixed(
        self,
        source: Samples | None,
        target: Samples,
        seeds: tf.Tensor,
        classes: int,
    ) -> Samples:
        """What the student is shown; the target as it is, by default.

        Args:
            source: All labelled images, with weights of 1; None of none.
            target: With the teacher's labels.
            seeds: int64 `(B, 2)`, one an image.
            classes: How many there are.
        """
        return target

    def perturbed(self, images: tf.Tensor, seeds: tf.Tensor) -> tf.Tensor:
        """Those images made harder; see `perturbation`."""
        return perturbed(images, seeds, self.color_jitter, self.blur)

    def masked(self, images: tf.Tensor, seeds: tf.Tensor) -> tf.Tensor:
        """Those images perturbed, and then with blocks hidden."""
        seeds = tf.map_fn(lambda seed: tf.random.split(seed, 2), seeds)
        harder = self.perturbed(images, seeds[:, 0])
        return with_hidden_blocks(
            harder, seeds[:, 1], self.mask_block, self.mask_ratio
        )

    def source_counts(self, labels: tf.Tensor) -> tf.Tensor:
        """What pixels of source images count in a mixed one.

        The weight of their class, over its mean in that image: as much as the
        believed pixels of the target, taken together.

        Args:
            labels: Integers `(B, H, W)`.

        Returns:
            Float32 `(B, H, W)`; 0 where labels are to be ignored.
        """
        is_labelled = labels != IGNORE_LABEL
        counts = tf.cast(is_labelled, tf.float32)
        if self.class_weights is None:
            return counts
        classes = tf.cast(tf.where(is_labelled, labels, 0), tf.int32)
        of_class = tf.constant(self.class_weights, tf.float32)
        weights = counts * tf.gather(of_class, classes)
        return tf.math.divide_no_nan(
            weights * tf.reduce_sum(counts, axis=(1, 2), keepdims=True),
            tf.reduce_sum(weights, axis=(1, 2), keepdims=True),
        )

    def mixed_loss(
        self, logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor
    ) -> tf.Tensor:
        """Weighted cross-entropy, averaged over *all* labelled pixels.

            L = mean over images of
                mean over labelled x of w_x * -log softmax(logits_x)[y_x]

        What is not believed lowers the loss; it does not hand its weight to
        the rest.

        Args:
            logits: `(B, H, W, C)`.
            labels: y, integers `(B, H, W)`; ignored pixels count nothing.
            weights: w, float32 `(B, H, W)`.

        Returns:
            A scalar.
        """
        is_labelled = labels != IGNORE_LABEL
        classes = tf.cast(tf.where(is_labelled, labels, 0), tf.int32)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, logits)
        counts = tf.cast(is_labelled, losses.dtype)
        total = tf.reduce_sum(
            counts * tf.cast(weights, losses.dtype) * losses, axis=(1, 2)
        )
        of_image = tf.reduce_sum(counts, axis=(1, 2))
        return tf.reduce_mean(tf.math.divide_no_nan(total, of_image))
