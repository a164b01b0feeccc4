"""One or several segmenters as one predictor of classes and entropies.

The order is fixed here, once, for evaluation and prediction alike, and is
the papers' programs':

    image at evaluation size
      -> low-resolution logits
      -> bilinear, corners aligned, DIRECTLY to the output size
      -> weighted sum over the segmenters
      -> arg-max

Never arg-max first and nearest afterwards: on one image that alone was seen
to lower the agreement between two programs to 0.68 mIoU.

With weights w_m (made to sum to 1) and upsampled logits z_m, `combine` is

    "logits":         s = sum_m w_m z_m,   p = softmax(s)
    "probabilities":  s = p = sum_m w_m softmax(z_m)

ADVENT's "AdvEnt + MinEnt" is the first, with weights 0.5 and 0.5. With several
views of an image each segmenter has a z of each, and they share its weight.

Letters: B images, (h, w) evaluation size, (H, W) output size, C classes.
"""

import functools
import math
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any
from typing import cast

import keras
import numpy as np
import tensorflow as tf

from tf_advseg.base.checks import check_choice
from tf_advseg.networks.image_ops import Size
from tf_advseg.networks.image_ops import resize_corners_aligned
from tf_advseg.networks.segmenter import low_resolution_logits
from tf_advseg.networks.segmenter import stages
from tf_advseg.networks.views import PLAIN
from tf_advseg.networks.views import View
from tf_advseg.networks.views import Window

COMBINATIONS = ("logits", "probabilities")

Images = tf.Tensor | np.ndarray


class Ensemble:
    """Predicts with the weighted sum of segmenters; compiled on first use.

    Args:
        segmenters: One or more; all of the same classes.
        weights: One a segmenter, not negative; equal by default.
        combine: What is summed: "logits" or "probabilities".
        views: What each segmenter is shown of an image.
        window: What `evaluation.windows` looks through; methods here do not.

    Attributes:
        num_classes: C.

    Raises:
        ValueError: If there is no segmenter, the classes or the number of
            weights do not agree, or a weight is negative.
    """

    def __init__(
        self,
        segmenters: Sequence[keras.Model],
        weights: Sequence[float] | None = None,
        combine: str = "logits",
        views: Sequence[View] = PLAIN,
        window: Window | None = None,
    ):
        self.window = window
        self._combine = check_choice("combination", combine, COMBINATIONS)
        self._models = [low_resolution_logits(model) for model in segmenters]
        self._stages = [stages(model) for model in segmenters]
        self.views = tuple(views)
        self._weights = [
            weight / len(self.views)
            for weight in _normalised(weights, len(self._models))
            for _ in self.views
        ]
        counts = [model.output_shape[-1] for model in self._models]
        if len(set(counts)) != 1:
            raise ValueError(
                "The segmenters of an ensemble need the same classes; these "
                f"have {', '.join(map(str, counts))} classes."
            )
        self.num_classes = counts[0]
        # Relaxes the sizes at their second change instead of tracing again
        # for each; a data set of one size keeps its faster static graph.
        # What nobody asks for is not computed; the networks, which take most
        # of a trace, are traced once for all that is read of their logits.
        # AutoGraph has nothing to convert and takes longer than the trace.
        compiled = functools.partial(
            tf.function, reduce_retracing=True, autograph=False
        )
        self._classes = compiled(lambda *inputs: self._read(*inputs)[0])
        self._both = compiled(lambda *inputs: self._read(*inputs)[:2])
        self._all = compiled(self._read)
        self._logits = compiled(self.logits)
        self.num_models = len(self._models)
        self.seen = compiled(
            lambda images: [m(images, training=False) for m in self._models]
        )

    def predict_classes(
        self, images: Images, size: tuple[int, int]
    ) -> tf.Tensor:
        """Returns predicted train ids, uint8 `(B, H, W)`.

        Args:
            images: `(B, h, w, 3)`, RGB, 0-255.
            size: Output (H, W).
        """
        return self._classes(self.compiled_logits(images), _size(size))

    def predict_classes_and_entropy(
        self, images: Images, size: tuple[int, int]
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns train ids and normalised entropies, float32 `(B, H, W)`.

        The entropy is `-sum_c p_c log p_c / log C`, from 0 (sure) to 1.
        """
        return self._both(self.compiled_logits(images), _size(size))

    def predict_all(
        self, images: Images, size: tuple[int, int]
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns train ids, normalised entropies and confidences.

        The confidence is the probability of the predicted class, float32
        `(B, H, W)`.
        """
        return self._all(self.compiled_logits(images), _size(size))

    @property
    def sums_probabilities(self) -> bool:
        """Whether s are probabilities; sums of logits otherwise."""
        return self._combine == "probabilities"

    @property
    def variables(self) -> list[tf.Variable]:
        """The weights of all segmenters that predictions depend on."""
        return [v.value for model in self._models for v in model.variables]

    def logits(self, images: Images) -> list[tf.Tensor]:
        """Returns the low-resolution logits of each segmenter and view, in
        this order; not compiled."""
        looks = [
            view.shown(tf.convert_to_tensor(images)) for view in self.views
        ]
        return [
            view.seen(model(look, training=False))
            for model in self._models
            for view, look in zip(self.views, looks, strict=True)
        ]

    def compiled_logits(self, images: Images) -> list[tf.Tensor]:
        """As `logits`, to the bit what predictions of classes are made of."""
        return self._logits(_images(images))

    def stages(self, images: Images, size: Size) -> dict[str, tf.Tensor]:
        """Returns what is computed on the way to s, by name; not compiled.

        Always "scores"; with one segmenter and the plain view also the stages
        that `tf_advseg.networks.segmenter.stages` finds in it.
        """
        if len(self._models) > 1 or self.views != PLAIN:
            return {"scores": self.scores(images, size)}
        found = self._stages[0](images, training=False)
        return {**found, "scores": self.combined([found["logits"]], size)}

    def combined(
        self,
        logits: Sequence[Any],
        size: Size,
        resize: Callable[[Any, Size], tf.Tensor] = resize_corners_aligned,
    ) -> tf.Tensor:
        """Returns s, float32 `(B, H, W, C)`, of what `logits` returned."""
        total = 0.0
        for weight, maps in zip(self._weights, logits, strict=True):
            maps = resize(maps, size)
            if self.sums_probabilities:
                maps = tf.nn.softmax(maps)
            total += weight * maps
        return cast(tf.Tensor, total)

    def scores(self, images: Images, size: Size) -> tf.Tensor:
        """Returns s, float32 `(B, H, W, C)`; not compiled."""
        return self.combined(self.logits(images), size)

    def probabilities(self, scores: tf.Tensor) -> tf.Tensor:
        """Returns p of s, float32 `(B, H, W, C)`."""
        if self.sums_probabilities:
            return scores
        return tf.nn.softmax(scores)

    def arg_max(self, scores: tf.Tensor) -> tf.Tensor:
        """Returns the classes of s, uint8 `(B, H, W)`."""
        return tf.cast(tf.argmax(scores, -1, output_type=tf.int32), tf.uint8)

    def entropy(self, scores: tf.Tensor) -> tf.Tensor:
        """Returns `-sum_c p_c log p_c / log C` of s, float32 `(B, H, W)`."""
        if self.sums_probabilities:
            entropy = -tf.reduce_sum(tf.math.xlogy(scores, scores), axis=-1)
        else:
            log_p = tf.nn.log_softmax(scores)
            entropy = -tf.reduce_sum(tf.exp(log_p) * log_p, axis=-1)
        # With one class log C is 0 and so is every entropy.
        return entropy / math.log(max(self.num_classes, 2))

    def confidence(self, scores: tf.Tensor) -> tf.Tensor:
        """Returns the largest probability of s, float32 `(B, H, W)`."""
        return tf.reduce_max(self.probabilities(scores), axis=-1)

    def _read(self, logits, size):
        """As `predict_all`, of what `logits` returned; not compiled."""
        s = self.combined(logits, size)
        return self.arg_max(s), self.entropy(s), self.confidence(s)


def _normalised(weights, count):
    """The weights, divided by their sum."""
    if count == 0:
        raise ValueError("An ensemble needs at least one segmenter.")
    weights = [1.0] * count if weights is None else list(weights)
    usable = all(math.isfinite(w) and w >= 0 for w in weights)
    if len(weights) != count or not usable or not sum(weights) > 0:
        raise ValueError(
            f"Expected {count} weights, one a segmenter, none negative and "
            f"not all zero; received {weights}."
        )
    return [weight / sum(weights) for weight in weights]


def _images(images):
    return tf.convert_to_tensor(images, tf.float32)


def _size(size):
    # A tensor, not a tuple: a new size must not mean a new trace.
    return tf.convert_to_tensor(size, tf.int32)
