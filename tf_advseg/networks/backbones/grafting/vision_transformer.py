"""The vision transformers of DINOv2 and DINOv3, on maps of any size.

Dosovitskiy et al. (2020); Oquab et al., "DINOv2" (2023); Siméoni et al.,
"DINOv3" (2025). KerasHub has them as tokens; here patches and tokens stand in
a column (`layers.transformer.token_column`), so that all layers are those of
maps. A block is

    x = x + proj(attention(q, k, v))      of norm(x); DINOv3 turns q and k
    x = x + contract(act(expand(x)))      of norm(x); with a gate, times it

The scales of the branches (LayerScale) are multiplied into `project` and
`contract`: the same function, with no weights of their own. What fills the
layers is in `vision_transformer_weights`.

All blocks have one resolution, a patch's. The pyramid is made of four of them,
evenly deep, as DINOv2's own segmentation has it (section 7.4 there), each
normalised, then made finer or coarser by powers of two without weights, the
simplest form of Li et al., "Exploring Plain Vision Transformer Backbones"
(2022), figure 2. Images are padded with zeros to whole patches.
"""

import math
from collections.abc import Mapping
from typing import Any

import keras

from tf_advseg.networks.backbones.grafting.transformer_parts import linear
from tf_advseg.networks.backbones.grafting.transformer_parts import norm
from tf_advseg.networks.backbones.grafting.transformer_parts import residual
from tf_advseg.networks.layers.transformer import FinerMap
from tf_advseg.networks.layers.transformer import MapAttention
from tf_advseg.networks.layers.transformer import RotaryPosition
from tf_advseg.networks.layers.transformer import TokenColumn
from tf_advseg.networks.layers.transformer import TokenMap

STRIDES = (4, 8, 16, 32)
QKV = ("query", "key", "value")


def features(config: Mapping[str, Any], x: Any) -> list[Any]:
    """Returns four maps `(B, h, w, F)`, nominally of stride 4, 8, 16 and 32.

    Args:
        config: Of KerasHub's backbone.
        x: Symbolic images `(B, H, W, 3)`, normalised.
    """
    num_tokens = 1 + config["num_register_tokens"]
    size, width = config["patch_size"], config["hidden_dim"]
    patches = keras.layers.Conv2D(
        width, size, strides=size, padding="same", name="patch"
    )(x)
    x = TokenColumn(
        num_tokens,
        grid(config),
        config.get("antialias_in_interpolation", False),
        name="tokens",
    )(patches)
    found = []
    depth = config["num_layers"]
    wanted = [max(1, round(depth * (i + 1) / 4)) for i in range(4)]
    for number in range(1, depth + 1):
        x = _block(x, patches, config, number)
        for level, stride in enumerate(STRIDES):
            if wanted[level] == number:
                name = f"level{level + 1}"
                y = norm(x, f"{name}_norm", _epsilon(config))
                y = TokenMap(num_tokens, name=f"{name}_map")([y, patches])
                found.append(_rescaled(y, size / stride, name))
    return found


def _block(x, patches, config, number):
    name = f"block{number}"
    # DINOv3's rates grow with depth, DINOv2's are one.
    drop = config["drop_path_rate"]
    if "rope_theta" in config:
        drop *= (number - 1) / max(config["num_layers"] - 1, 1)
    seen = norm(x, f"{name}_norm1", _epsilon(config))
    branch = _attention(seen, patches, config, name)
    x = residual(x, branch, drop, f"{name}_1")
    seen = norm(x, f"{name}_norm2", _epsilon(config))
    return residual(x, _mlp(seen, config, name), drop, f"{name}_2")


def _attention(x, patches, config, name):
    width, heads = config["hidden_dim"], config["num_heads"]
    maps = {
        part: linear(
            x, width, f"{name}_{part}", config.get(f"use_{part}_bias", True)
        )
        for part in QKV
    }
    if "rope_theta" in config:
        num_tokens = 1 + config["num_register_tokens"]
        for part in ("query", "key"):
            maps[part] = RotaryPosition(
                heads,
                num_tokens,
                config["rope_theta"],
                name=f"{name}_turned_{part}",
            )([maps[part], patches])
    x = MapAttention(heads, name=f"{name}_attention")(list(maps.values()))
    return linear(
        x, width, f"{name}_project", config.get("use_proj_bias", True)
    )


def _mlp(x, config, name):
    width, is_gated, kind = _mlp_of(config)
    bias = config.get("use_mlp_bias", True)
    inner = linear(x, width, f"{name}_expand", bias)
    inner = keras.layers.Activation(kind, name=f"{name}_act")(inner)
    if is_gated:
        gate = linear(x, width, f"{name}_gate", bias)
        inner = keras.layers.Multiply(name=f"{name}_gated")([inner, gate])
    return linear(inner, config["hidden_dim"], f"{name}_contract", bias)


def _mlp_of(config) -> tuple[int, bool, str]:
    """Its width, whether it has a gate, and its activation."""
    width = config["intermediate_dim"]
    if config.get("use_swiglu_ffn"):
        # Two thirds, up to a multiple of 8: DINOv2's own arithmetic.
        return (int(width * 2 / 3) + 7) // 8 * 8, True, "silu"
    is_gated = config.get("use_gated_mlp", False)
    return width, is_gated, config.get("hidden_activation", "gelu")


def grid(config: Mapping[str, Any]) -> tuple[int, int] | None:
    """(h, w) of learnt positions; None where queries and keys are turned."""
    shape = config.get("position_embedding_shape")
    if shape is None:
        return None
    size = config["patch_size"]
    return shape[0] // size, shape[1] // size


def _epsilon(config) -> float:
    return config.get("layer_norm_eps", 1e-6)


def _rescaled(x, factor: float, name: str):
    """Finer or coarser by the power of two nearest to a factor."""
    power = round(math.log2(factor))
    if power > 0:
        return FinerMap(2**power, name=f"{name}_finer")(x)
    if power < 0:
        return keras.layers.AveragePooling2D(
            2**-power, padding="same", name=f"{name}_coarser"
        )(x)
    return x
