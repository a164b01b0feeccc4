"""What transformers are made of, on maps `(B, H, W, C)`."""

from typing import Any

import keras

from tf_advseg.networks.layers.transformer import DropPath


def linear(x: Any, width: int, name: str, bias: bool = True) -> Any:
    """A linear layer of each place: a 1x1 convolution."""
    return keras.layers.Conv2D(width, 1, use_bias=bias, name=name)(x)


def norm(x: Any, name: str, epsilon: float) -> Any:
    """Layer normalisation of each place."""
    return keras.layers.LayerNormalization(epsilon=epsilon, name=name)(x)


def residual(x: Any, branch: Any, drop: float, name: str) -> Any:
    """x + branch; in training some images go without the branch."""
    if drop:
        branch = DropPath(drop, name=f"{name}_drop_path")(branch)
    return keras.layers.Add(name=f"{name}_add")([x, branch])
