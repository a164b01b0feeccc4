"""The Mix Transformer (MiT) of SegFormer, on maps of any size.

Xie et al., "SegFormer: Simple and Efficient Design for Semantic Segmentation
with Transformers" (2021), section 3.1. KerasHub has it for square images of
one size only, as it keeps tokens `(B, N, C)` without their height and width.
Here everything is a map `(B, H, W, C)`: linear layers are 1x1 convolutions,
and attention flattens for itself. Four stages of

    x = norm(conv7x7 or 3x3, strided (x))            overlapping patches
    x = x + proj(attention(q, k, v))                 k, v of a coarser map
    x = x + fc2(gelu(dwconv3x3(fc1(norm(x)))))       Mix-FFN

whose outputs, normalised, have strides 4, 8, 16 and 32.
"""

from collections.abc import Mapping
from typing import Any

import keras

from tf_advseg.networks.backbones.grafting.transformer_parts import linear
from tf_advseg.networks.backbones.grafting.transformer_parts import norm
from tf_advseg.networks.backbones.grafting.transformer_parts import residual
from tf_advseg.networks.layers.transformer import MapAttention
from tf_advseg.networks.layers.transformer import TanhGELU


def features(config: Mapping[str, Any], x: Any) -> list[Any]:
    """Returns the four stages' maps `(B, h, w, F)`, fine to coarse.

    Args:
        config: Of KerasHub's `MiTBackbone`.
        x: Symbolic images `(B, H, W, 3)`, normalised.
    """
    found = []
    num_blocks = sum(config["layerwise_depths"])
    done = 0
    for stage, depth in enumerate(config["layerwise_depths"]):
        width = config["hidden_dims"][stage]
        size = config["layerwise_patch_sizes"][stage]
        name = f"stage{stage + 1}"
        x = keras.layers.ZeroPadding2D(size // 2, name=f"{name}_pad")(x)
        x = keras.layers.Conv2D(
            width,
            size,
            strides=config["layerwise_strides"][stage],
            name=f"{name}_patch",
        )(x)
        x = norm(x, f"{name}_patch_norm", 1e-5)
        for block in range(depth):
            # The rates grow evenly with depth, from 0.
            share = done / max(num_blocks - 1, 1)
            x = _block(
                x,
                heads=config["layerwise_num_heads"][stage],
                reduction=config["layerwise_sr_ratios"][stage],
                drop=config["max_drop_path_rate"] * share,
                name=f"{name}_block{block + 1}",
            )
            done += 1
        x = norm(x, f"{name}_norm", 1e-5)
        found.append(x)
    return found


def layers_of(trunk: Any) -> dict[str, keras.layers.Layer]:
    """The layers of KerasHub's `MiTBackbone`, by the names that ours have.

    Args:
        trunk: The backbone.
    """
    layers = {}
    norms = [
        layer
        for layer in trunk.layers
        if isinstance(layer, keras.layers.LayerNormalization)
    ]
    for stage, depth in enumerate(trunk.layerwise_depths):
        name = f"stage{stage + 1}"
        patches = trunk.get_layer(f"patch_and_embed_{stage}")
        layers[f"{name}_patch"] = patches.proj
        layers[f"{name}_patch_norm"] = patches.norm
        layers[f"{name}_norm"] = norms[stage]
        for number in range(depth):
            block = trunk.get_layer(f"hierarchical_encoder_{stage}_{number}")
            parts = {
                "norm1": block.norm1,
                "query": block.attn.q,
                "key": block.attn.k,
                "value": block.attn.v,
                "project": block.attn.proj,
                "norm2": block.norm2,
                "expand": block.mlp.fc1,
                "depthwise": block.mlp.dwconv,
                "contract": block.mlp.fc2,
            }
            if block.attn.sr_ratio > 1:
                parts["reduce"] = block.attn.sr
                parts["reduce_norm"] = block.attn.norm
            for part, layer in parts.items():
                layers[f"{name}_block{number + 1}_{part}"] = layer
    return layers


def _block(x, heads, reduction, drop, name):
    seen = norm(x, f"{name}_norm1", 1e-6)
    x = residual(x, _attention(seen, heads, reduction, name), drop, f"{name}_1")
    seen = norm(x, f"{name}_norm2", 1e-6)
    return residual(x, _mix(seen, name), drop, f"{name}_2")


def _attention(x, heads, reduction, name):
    width = x.shape[-1]
    coarse = x
    if reduction > 1:
        coarse = keras.layers.Conv2D(
            width, reduction, strides=reduction, name=f"{name}_reduce"
        )(x)
        coarse = norm(coarse, f"{name}_reduce_norm", 1e-5)
    maps = [
        linear(x, width, f"{name}_query"),
        linear(coarse, width, f"{name}_key"),
        linear(coarse, width, f"{name}_value"),
    ]
    x = MapAttention(heads, name=f"{name}_attention")(maps)
    return linear(x, width, f"{name}_project")


def _mix(x, name):
    width = x.shape[-1]
    x = linear(x, 4 * width, f"{name}_expand")
    x = keras.layers.DepthwiseConv2D(
        3, padding="same", name=f"{name}_depthwise"
    )(x)
    x = TanhGELU(name=f"{name}_gelu")(x)
    return linear(x, width, f"{name}_contract")
