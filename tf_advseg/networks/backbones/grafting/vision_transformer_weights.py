"""What fills the layers of `vision_transformer`, of KerasHub's networks."""

import math
from typing import Any

import numpy as np

from tf_advseg.networks.backbones.grafting.vision_transformer import QKV
from tf_advseg.networks.backbones.grafting.vision_transformer import grid


class Arrays:
    """Weights that stand for a layer's, by their place."""

    def __init__(self, *weights: Any):
        self.weights = [np.asarray(weight) for weight in weights]


def layers_of(trunk: Any) -> dict[str, Any]:
    """What fills our layers, by their names.

    Args:
        trunk: KerasHub's backbone.
    """
    embedding = trunk.embeddings
    config = trunk.get_config()
    tokens = [np.asarray(embedding.cls_token)[0]]
    positions, size = [], grid(config)
    if size:
        # The first position is the class token's.
        learnt = np.asarray(embedding.position_embeddings)[0]
        tokens[0] = tokens[0] + learnt[:1]
        positions = [learnt[1:].reshape(*size, -1)]
    if config["num_register_tokens"]:
        tokens.append(np.asarray(embedding.register_tokens)[0])
    found = {
        "patch": embedding.patch_embeddings.projection,
        "tokens": Arrays(np.concatenate(tokens), *positions),
        **{f"level{i}_norm": trunk.layernorm for i in range(1, 5)},
    }
    for number, block in enumerate(trunk.encoder.layers, 1):
        parts = {
            "norm1": block.norm1,
            "norm2": block.norm2,
            **_attention_arrays(block),
            **_mlp_arrays(block),
        }
        found |= {f"block{number}_{part}": one for part, one in parts.items()}
    return found


def _attention_arrays(block) -> dict[str, Any]:
    attention = block.attention
    if hasattr(attention, "query_dense"):
        layers = [getattr(attention, f"{part}_dense") for part in QKV]
        last = attention.output_dense
    else:  # Keras' MultiHeadAttention, which keeps heads apart.
        inner = attention.attention
        layers = [getattr(inner, f"_{part}_dense") for part in QKV]
        last = inner._output_dense
    found = {
        part: _linear_arrays(layer.weights)
        for part, layer in zip(QKV, layers, strict=True)
    }
    scale = block.layer_scale1.lambda1
    return found | {"project": _linear_arrays(last.weights, scale, True)}


def _mlp_arrays(block) -> dict[str, Any]:
    mlp, scale = block.mlp, block.layer_scale2.lambda1
    if hasattr(mlp, "weights_in"):  # Both halves in one layer.
        halves = [
            np.split(np.asarray(w), 2, -1) for w in mlp.weights_in.weights
        ]
        expand, gate = zip(*halves, strict=True)
        return {
            "expand": _linear_arrays(expand),
            "gate": _linear_arrays(gate),
            "contract": _linear_arrays(mlp.weights_out.weights, scale),
        }
    if hasattr(mlp, "gate_proj"):  # The activation is of what it calls gate.
        return {
            "expand": _linear_arrays(mlp.gate_proj.weights),
            "gate": _linear_arrays(mlp.up_proj.weights),
            "contract": _linear_arrays(mlp.down_proj.weights, scale),
        }
    first, second = (
        (mlp.fc1, mlp.fc2)
        if hasattr(mlp, "fc1")
        else (mlp.up_proj, mlp.down_proj)
    )
    return {
        "expand": _linear_arrays(first.weights),
        "contract": _linear_arrays(second.weights, scale),
    }


def _linear_arrays(weights, scale=1.0, joins_heads: bool = False) -> Arrays:
    """Kernel and bias of a linear layer as of a 1x1 convolution.

    Args:
        weights: A kernel `(C, D)`, `(C, heads, d)` or `(heads, d, D)`, and
            perhaps a bias.
        scale: Of the D outputs.
        joins_heads: Whether heads are among the inputs.
    """
    kernel, *bias = (np.asarray(one) for one in weights)
    inputs = math.prod(kernel.shape[:-1]) if joins_heads else kernel.shape[0]
    scale = np.asarray(scale)
    kernel = kernel.reshape(1, 1, inputs, -1) * scale
    return Arrays(kernel, *(one.reshape(-1) * scale for one in bias))
