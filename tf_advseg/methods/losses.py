"""The losses of the three papers, as functions of logits.

B, H, W: batch, height and width; C: classes. Everything works in log space
(`log_softmax`), so that no epsilon is needed and half precision is safe.
"""

import math
from collections.abc import Sequence
from typing import cast

import tensorflow as tf

from tf_advseg.base.conventions import IGNORE_LABEL


def count_labelled(
    labels: tf.Tensor,
    dtype: tf.DType = tf.float32,
    class_weights: Sequence[float] | None = None,
) -> tf.Tensor:
    """Returns the number of pixels that are not ignored, as a scalar.

    Args:
        labels: Integers `(B, H, W)`; 255 is ignored.
        dtype: Of the result.
        class_weights: C numbers, by which each pixel counts; None: as one.
    """
    labelled = labels != IGNORE_LABEL
    if class_weights is None:
        return tf.reduce_sum(tf.cast(labelled, dtype))
    classes = tf.cast(tf.where(labelled, labels, 0), tf.int32)
    weights = tf.gather(tf.constant(class_weights, dtype), classes)
    return tf.reduce_sum(tf.where(labelled, weights, 0))


def cross_entropy(
    logits: tf.Tensor,
    labels: tf.Tensor,
    num_labelled: tf.Tensor,
    class_weights: Sequence[float] | None = None,
) -> tf.Tensor:
    """Cross-entropy, averaged over labelled pixels.

        L = -1/N sum_{labelled x} w[labels_x] log softmax(logits_x)[labels_x]

    Args:
        logits: `(B, H, W, C)`.
        labels: Integers `(B, H, W)`; 255 is ignored.
        num_labelled: The N to divide by, `count_labelled` with the same
            weights. Under several replicas it is the mean over replicas of
            their counts, so that the gradient is that of one machine with the
            whole batch. An N of 0 gives 0.
        class_weights: w, C numbers; None: all are 1.

    Returns:
        A scalar.
    """
    labelled = labels != IGNORE_LABEL
    classes = tf.cast(tf.where(labelled, labels, 0), tf.int32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, logits)
    if class_weights is not None:
        losses *= tf.gather(tf.constant(class_weights, losses.dtype), classes)
    total = tf.reduce_sum(tf.where(labelled, losses, 0))
    return tf.math.divide_no_nan(total, tf.cast(num_labelled, total.dtype))


def self_information(logits: tf.Tensor) -> tf.Tensor:
    """Weighted self-information maps (ADVENT, section 3.2).

        I_c = -P_c log P_c / log C,    P = softmax(logits)

    All C channels are kept; their sum is the normalised entropy in [0, 1].

    Args:
        logits: `(B, H, W, C)`.

    Returns:
        `(B, H, W, C)`.
    """
    log_p = tf.nn.log_softmax(logits)
    return -tf.exp(log_p) * log_p / math.log(cast(int, logits.shape[-1]))


def entropy(logits: tf.Tensor) -> tf.Tensor:
    """Normalised entropy of each pixel, `(B, H, W)`: 0 sure, 1 uniform."""
    return tf.reduce_sum(self_information(logits), axis=-1)


def hardest_mean(values: tf.Tensor, share: float) -> tf.Tensor:
    """Mean over the highest `share` of each image's pixels.

    Args:
        values: `(B, H, W)` with static H and W or not.
        share: Fraction in (0, 1]; at least one pixel an image is kept.

    Returns:
        A scalar, the mean over images.
    """
    if share == 1.0:
        return tf.reduce_mean(values)
    flat = tf.reshape(values, (tf.shape(values)[0], -1))
    num_pixels = tf.cast(tf.shape(flat)[1], tf.float32)
    k = tf.maximum(1, tf.cast(share * num_pixels, tf.int32))
    return tf.reduce_mean(tf.math.top_k(flat, k, sorted=False).values)


def class_ratio_prior(
    logits: tf.Tensor, source_ratios: tf.Tensor, relaxation: float
) -> tf.Tensor:
    """Hinge that keeps each class's predicted share from vanishing.

        L_cp = sum_c max(0, relaxation * p_s(c) - mean_hw P_t(c))

    (ADVENT, section 3.3.) The share is that of one image; losses are averaged
    over the batch.

    Args:
        logits: Target logits `(B, H, W, C)`.
        source_ratios: `(C,)` shares of the classes in the source's labels.
        relaxation: mu in [0, 1]; 0 switches the loss off.

    Returns:
        A scalar.
    """
    shares = tf.reduce_mean(tf.nn.softmax(logits), axis=(1, 2))
    prior = relaxation * tf.cast(source_ratios, shares.dtype)
    return tf.reduce_mean(tf.reduce_sum(tf.nn.relu(prior - shares), axis=-1))


def vanilla_gan(domain_logits: tf.Tensor, domain: int) -> tf.Tensor:
    """Binary cross-entropy of discriminator logits against `domain` (0/1)."""
    labels = tf.fill(tf.shape(domain_logits), float(domain))
    labels = tf.cast(labels, domain_logits.dtype)
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(labels, domain_logits)
    )


def least_squares_gan(domain_logits: tf.Tensor, domain: int) -> tf.Tensor:
    """Mean squared error of the raw output against `domain` (LS-GAN)."""
    return tf.reduce_mean(tf.square(domain_logits - float(domain)))


GAN_LOSSES = {"vanilla": vanilla_gan, "least_squares": least_squares_gan}
"""By the name that a method's option `gan` gives them."""

GAN_BOUNDARIES = {"vanilla": 0.0, "least_squares": 0.5}
"""The discriminator's output half way between SOURCE and TARGET."""
