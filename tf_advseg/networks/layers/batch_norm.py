"""Batch normalisation in the five forms that adaptation needs.

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta

"reference" is what the official programs do. Their networks are in training
mode with gamma and beta excluded from the gradient: each forward pass is
normalised by the statistics of its own batch and moves the running ones, on
source and target images alike. (Keras' `trainable = False` on its own layer
would use the running statistics instead, and give another network.)

"per_domain" is for the product, which sees the target alone: passes that the
trainer makes within `traceless`, those of source images, do not move the
running statistics, and so the product normalises as the target's passes did.

"affine" keeps the running statistics of ImageNet, which are of no domain, and
learns scale and offset: what small batches and few steps can learn well.
"""

import contextlib
from collections.abc import Collection
from collections.abc import Iterator
from contextvars import ContextVar

import keras
import tensorflow as tf

from tf_advseg.base import replicas
from tf_advseg.base.checks import check_choice
from tf_advseg.networks.layers.folding import scaled_convolution

PER_DOMAIN = "per_domain"
STILL = ("frozen", "affine")
"""Modes whose moving statistics never move, and normalise in training too."""
MODES = ("reference", "trainable", PER_DOMAIN, *STILL)

_TRACELESS: ContextVar[Collection[str]] = ContextVar("traceless", default=())
_FOLDED: ContextVar[bool] = ContextVar("folded", default=False)


@contextlib.contextmanager
def traceless(modes: Collection[str] = (PER_DOMAIN,)) -> Iterator[None]:
    """Training passes within it do not move the moving statistics.

    They are normalised as ever. A graph keeps what held when it was traced;
    threads, as those of several replicas, do not see each other's.

    Args:
        modes: Of the layers whose statistics stay.
    """
    token = _TRACELESS.set(modes)
    try:
        yield
    finally:
        _TRACELESS.reset(token)


@contextlib.contextmanager
def folded() -> Iterator[None]:
    """Graphs traced within it scale kernels in place of maps.

    Where statistics are still, the norm goes into the convolution before it;
    see `folding`. It pays where there are gradients, so training steps are
    traced within it and nothing else is.
    """
    token = _FOLDED.set(True)
    try:
        yield
    finally:
        _FOLDED.reset(token)


@keras.saving.register_keras_serializable(package="tf_advseg")
class BatchNorm(keras.layers.Layer):
    """Normalises `(B, H, W, C)` features over batch and space.

    Under a distribution strategy each replica normalises by its own part of
    the batch, and the moving statistics are the mean over the replicas; unless
    it is synchronised: then the statistics are those of the whole batch, and
    training does not depend on the number of replicas.

    Args:
        mode: "reference": batch statistics in training, moving statistics
            (unbiased variance) updated by every training pass, gamma and
            beta fixed; "trainable": the same with gamma and beta learned;
            "per_domain": as "trainable", but see `traceless`; "frozen":
            moving statistics always, nothing changes; "affine": the same
            with gamma and beta learned.
        momentum: Share of the old moving statistics that an update keeps
            (PyTorch's momentum is one minus this).
        epsilon: Added to the variance.
        synchronized: Whether replicas share their batch statistics.
        **kwargs: Of `keras.layers.Layer`.
    """

    def __init__(
        self,
        mode: str = "reference",
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        synchronized: bool = False,
        **kwargs,
    ):
        # Mixed precision: the input keeps its type and the statistics are
        # computed in float32.
        super().__init__(autocast=False, **kwargs)
        self.mode = check_choice("batch-norm mode", mode, MODES)
        self.momentum = momentum
        self.epsilon = epsilon
        self.synchronized = synchronized
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape):
        learned = self.mode in ("trainable", PER_DOMAIN, "affine")
        self.gamma = self._add_vector(input_shape, "gamma", "ones", learned)
        self.beta = self._add_vector(input_shape, "beta", "zeros", learned)
        self.moving_mean = self._add_vector(
            input_shape, "moving_mean", "zeros", False
        )
        self.moving_variance = self._add_vector(
            input_shape, "moving_variance", "ones", False
        )

    def _add_vector(self, input_shape, name, initializer, trainable):
        if input_shape[-1] is None:
            raise ValueError(
                "BatchNorm needs a known number of channels; received inputs "
                f"of shape {tuple(input_shape)}."
            )
        return self.add_weight(
            name=name,
            shape=(input_shape[-1],),
            initializer=initializer,
            trainable=trainable,
            autocast=False,
            aggregation="mean",
        )

    def call(self, inputs, training=False):
        # A layer that a user froze (`trainable = False`) is at rest, as is
        # the rule for every Keras layer.
        if not training or self.mode in STILL or not self.trainable:
            return self._normalise_by_moving_statistics(inputs)
        together = self.synchronized and replicas.count() > 1
        if together or inputs.dtype == tf.float64:
            outputs, mean, variance = self._normalise_by_formula(inputs)
        else:
            outputs, mean, variance = self._normalise(inputs)
        if self.mode not in _TRACELESS.get():
            self._move(self.moving_mean, mean)
            self._move(self.moving_variance, variance)
        return outputs

    def _normalise_by_moving_statistics(self, inputs):
        # One product and one sum with constants: what converters fold into
        # the convolution before it.
        dtype = self.moving_mean.dtype
        scale = self.gamma * tf.math.rsqrt(self.moving_variance + self.epsilon)
        offset = self.beta - self.moving_mean * scale
        if _FOLDED.get():
            scaled = scaled_convolution(inputs, tf.convert_to_tensor(scale))
            if scaled is not None:
                outputs = tf.nn.bias_add(scaled, offset)
                # A wall: TensorFlow would join the sum with a ReLU behind it,
                # and oneDNN's ReLU makes 0 of NaN.
                return tf.ensure_shape(outputs, inputs.shape)
        return tf.cast(tf.cast(inputs, dtype) * scale + offset, inputs.dtype)

    def _normalise(self, inputs):
        """Returns outputs, mean and unbiased variance of the batch."""
        # The fused operation normalises by the biased variance and returns
        # the unbiased one, as PyTorch does; half the memory of the formula.
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma,
            offset=self.beta,
            mean=[],
            variance=[],
            epsilon=self.epsilon,
            is_training=True,
        )
        return outputs, mean, variance

    def _normalise_by_formula(self, inputs):
        """The same for float64, which the fused operation lacks, and over
        all replicas if synchronised."""
        mean_of = replicas.mean if self.synchronized else tf.identity
        num_parts = replicas.count() if self.synchronized else 1
        x = tf.cast(inputs, self.moving_mean.dtype)
        mean = mean_of(tf.reduce_mean(x, axis=(0, 1, 2)))
        # From the common mean: the difference of two means of squares would
        # lose digits where the mean is large.
        variance = mean_of(
            tf.reduce_mean(tf.math.squared_difference(x, mean), axis=(0, 1, 2))
        )
        outputs = tf.nn.batch_normalization(
            x, mean, variance, self.beta, self.gamma, self.epsilon
        )
        count = tf.cast(tf.reduce_prod(tf.shape(x)[:3]) * num_parts, x.dtype)
        unbiased = variance * count / tf.maximum(count - 1, 1)
        return tf.cast(outputs, inputs.dtype), mean, unbiased

    def _move(self, moving, batch_statistic):
        moving.assign(
            self.momentum * moving + (1 - self.momentum) * batch_statistic
        )

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "mode": self.mode,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "synchronized": self.synchronized,
        }
