"""Soft neighbourhood density: are the predictions of pixels clustered?

Saito, Kim, Teterwak, Sclaroff, Darrell and Saenko, "Tune it the Right Way:
Unsupervised Validation of Domain Adaptation via Soft Neighborhood Density"
(arXiv 2108.10860):

    s_ij = <f_i, f_j> / t,   f_i = p_i / |p_i|,   i != j
    P_i  = softmax_j(s_ij)
    SND  = 1/N sum_i H(P_i)

A pixel with many neighbours of equal prediction has a flat P_i and so a high
entropy: dense clusters score high. The paper's temperature t is 0.05. N
pixels are drawn from a seed, the same ones for every candidate, since the
similarities are N x N.
"""

import numpy as np

TEMPERATURE = 0.05


def soft_density(probabilities: np.ndarray) -> float:
    """Returns the mean entropy of the neighbourhoods, in nats.

    Args:
        probabilities: `(N, C)` of the drawn pixels, N at least 2.

    Returns:
        From 0 to `log(N - 1)`, which N equal rows reach.

    Raises:
        ValueError: If there are fewer than 2 pixels.
    """
    if len(probabilities) < 2:
        raise ValueError(
            "Soft neighbourhood density compares pixels; expected at least "
            f"2, received {len(probabilities)}."
        )
    norms = np.linalg.norm(probabilities, axis=1, keepdims=True)
    features = probabilities / norms
    similarities = features @ features.T / TEMPERATURE
    np.fill_diagonal(similarities, -np.inf)
    similarities -= similarities.max(axis=1, keepdims=True)
    weights = np.exp(similarities)
    totals = weights.sum(axis=1)
    # H = log Z - sum_j w_j s_j / Z; the diagonal's weight is 0.
    np.fill_diagonal(similarities, 0.0)
    means = (weights * similarities).sum(axis=1) / totals
    return float((np.log(totals) - means).mean())


def drawn_pixels(num_pixels: int, count: int, seed: int) -> np.ndarray:
    """Returns at most `count` sorted indices below `num_pixels`, no repeats."""
    if num_pixels <= count:
        return np.arange(num_pixels)
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(num_pixels, count, replace=False))
