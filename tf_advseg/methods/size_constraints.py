"""Latent labels whose class sizes keep within bounds (CCNN).

Pathak et al., "Constrained convolutional neural networks for weakly
supervised segmentation" (arXiv 1506.03648): find the distribution P nearest
to the prediction Q whose expected class sizes satisfy linear constraints,

    min_P KL(P || Q)   s.t.   low_c <= mean_x P_x(c) <= high_c,

through its dual, P_x(c) ~ Q_x(c) exp(a_c - b_c) with a, b >= 0, by projected
gradient ascent. The multipliers are bounded, which is the same as a linear
penalty on slack: contradicting constraints cannot run away.
"""

import tensorflow as tf


def constrained_distribution(
    log_q: tf.Tensor,
    low: tf.Tensor,
    high: tf.Tensor,
    *,
    num_steps: int = 50,
    step_size: float = 5.0,
    max_multiplier: float = 10.0,
) -> tf.Tensor:
    """Projects predictions onto the class-size constraints.

    Args:
        log_q: Log probabilities `(B, N, C)` of N pixels an image.
        low: Lower bounds `(B, C)` on the classes' shares; 0 is none.
        high: Upper bounds `(B, C)`; 1 is none.
        num_steps: Steps of gradient ascent on the dual.
        step_size: Their size, in units of log probability a unit of share.
        max_multiplier: Bound on the multipliers, the penalty on slack.

    Returns:
        P, probabilities `(B, N, C)`; no gradient flows into `log_q`.
    """
    log_q = tf.stop_gradient(log_q)

    def ascend(raise_low, lower_high):
        shares = tf.reduce_mean(_tilted(log_q, raise_low - lower_high), axis=1)
        return tuple(
            tf.clip_by_value(multiplier + step_size * lack, 0.0, max_multiplier)
            for multiplier, lack in (
                (raise_low, low - shares),
                (lower_high, shares - high),
            )
        )

    raise_low, lower_high = tf.while_loop(
        lambda *_: True,
        ascend,
        (tf.zeros_like(low), tf.zeros_like(high)),
        maximum_iterations=num_steps,
    )
    return tf.stop_gradient(_tilted(log_q, raise_low - lower_high))


def _tilted(log_q: tf.Tensor, multipliers: tf.Tensor) -> tf.Tensor:
    return tf.nn.softmax(log_q + multipliers[:, tf.newaxis, :])
