"""Layers of transformers, on maps of any size."""

from tf_advseg.networks.layers.transformer.drop_path import DropPath
from tf_advseg.networks.layers.transformer.finer_map import FinerMap
from tf_advseg.networks.layers.transformer.map_attention import MapAttention
from tf_advseg.networks.layers.transformer.rotary_position import RotaryPosition
from tf_advseg.networks.layers.transformer.tanh_gelu import TanhGELU
from tf_advseg.networks.layers.transformer.token_column import TokenColumn
from tf_advseg.networks.layers.transformer.token_column import TokenMap

__all__ = [
    "DropPath",
    "FinerMap",
    "MapAttention",
    "RotaryPosition",
    "TanhGELU",
    "TokenColumn",
    "TokenMap",
]
