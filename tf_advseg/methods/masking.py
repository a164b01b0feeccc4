"""Images with blocks hidden, so that what is there must be told by the rest.

Masked image consistency (Hoyer et al., "MIC: Masked Image Consistency for
Context-Enhanced Domain Adaptation", CVPR 2023; arXiv 2212.01322, equation 4):

    M[y, x] = [v > r],   v ~ U(0, 1) drawn once a block of b x b pixels
    x_M = M x

Every draw comes from the image's own seed, as in `perturbation`.
"""

import tensorflow as tf

HIDDEN = (123.675, 116.28, 103.53)
"""What is hidden looks like ImageNet's mean colour, RGB 0-255: 0 to a network
behind its normalisation, as in MIC's program."""


def block_masks(
    size: tf.Tensor, seeds: tf.Tensor, block: int, ratio: float
) -> tf.Tensor:
    """Which pixels are hidden: whole blocks, each by a draw of its own.

    Sides that `block` does not divide are cut in the nearest number of equal
    parts, one at least (MIC's program).

    Args:
        size: H and W, int32 `(2,)`.
        seeds: int64 `(B, 2)`, one an image.
        block: b, the side of a block in pixels.
        ratio: r, how likely a block is hidden.

    Returns:
        Bool `(B, H, W)`.
    """
    grid = tf.cast(tf.round(size / block), tf.int32)
    grid = tf.maximum(grid, 1)

    def of_image(seed):
        return tf.random.stateless_uniform(grid, seed) < ratio

    blocks = tf.map_fn(of_image, seeds, fn_output_signature=tf.bool)
    rows, columns = (tf.range(size[i]) * grid[i] // size[i] for i in (0, 1))
    return tf.gather(tf.gather(blocks, rows, axis=1), columns, axis=2)


def with_hidden_blocks(
    images: tf.Tensor, seeds: tf.Tensor, block: int, ratio: float
) -> tf.Tensor:
    """Images `(B, H, W, 3)`, RGB 0-255, with blocks in the colour `HIDDEN`.

    Args:
        images: Float.
        seeds: As of `block_masks`, as are the others.
        block: In pixels.
        ratio: In [0, 1].
    """
    masks = block_masks(tf.shape(images)[1:3], seeds, block, ratio)
    colour = tf.constant(HIDDEN, images.dtype)
    return tf.where(tf.expand_dims(masks, -1), colour, images)
