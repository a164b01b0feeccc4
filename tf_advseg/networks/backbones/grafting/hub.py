"""KerasHub: its networks by name or by preset, imported when one is asked for.

A preset is a folder that KerasHub wrote, or a name that it downloads.
"""

import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import in_one_line
from tf_advseg.networks.backbones.grafting import graph
from tf_advseg.networks.backbones.grafting import normalisation
from tf_advseg.networks.layers.preprocessing import NORMALISATIONS
from tf_advseg.networks.layers.preprocessing import Normalisation
from tf_advseg.networks.weights.torch.errors import WeightsError

_CONVERTER = "image_converter.json"
"""In a preset's folder: what is done to images before the network."""

_MIT = {
    "num_layers": 4,
    "layerwise_num_heads": [1, 2, 5, 8],
    "layerwise_sr_ratios": [8, 4, 2, 1],
    "max_drop_path_rate": 0.1,
    "layerwise_patch_sizes": [7, 3, 3, 3],
    "layerwise_strides": [4, 2, 2, 2],
}
_RESNET = {
    "input_conv_filters": [64],
    "input_conv_kernel_sizes": [7],
    "stackwise_num_filters": [64, 128, 256, 512],
    "stackwise_num_strides": [1, 2, 2, 2],
}


def _mit(width: int, *depths: int) -> tuple[str, dict[str, Any]]:
    """A row of table 6 of Xie et al. (2021)."""
    dims = [32, 64, 160, 256] if width == 32 else [64, 128, 320, 512]
    sizes = {"layerwise_depths": list(depths), "hidden_dims": dims}
    return "MiTBackbone", {**_MIT, **sizes}


def _resnet(block: str, *depths: int) -> tuple[str, dict[str, Any]]:
    """A row of table 1 of He et al. (2015)."""
    sizes = {"block_type": block, "stackwise_num_blocks": list(depths)}
    return "ResNetBackbone", {**_RESNET, **sizes}


def _dino(version: int, width: int, depth: int) -> tuple[str, dict[str, Any]]:
    """Vision transformers of Oquab et al. (2023) and Siméoni et al. (2025)."""
    sizes: dict[str, Any] = {
        "hidden_dim": width,
        "num_layers": depth,
        "num_heads": width // 64,
        "intermediate_dim": 4 * width,
    }
    if version == 2:
        sizes |= {"patch_size": 14, "position_embedding_shape": (518, 518, 3)}
    else:
        sizes |= {"patch_size": 16, "use_key_bias": False}
    return f"DINOV{version}Backbone", sizes


ARCHITECTURES = {
    "mit_b0": _mit(32, 2, 2, 2, 2),
    "mit_b1": _mit(64, 2, 2, 2, 2),
    "mit_b2": _mit(64, 3, 4, 6, 3),
    "mit_b3": _mit(64, 3, 4, 18, 3),
    "mit_b4": _mit(64, 3, 8, 27, 3),
    "mit_b5": _mit(64, 3, 6, 40, 3),
    "resnet18": _resnet("basic_block", 2, 2, 2, 2),
    "resnet34": _resnet("basic_block", 3, 4, 6, 3),
    "resnet50": _resnet("bottleneck_block", 3, 4, 6, 3),
    "resnet101": _resnet("bottleneck_block", 3, 4, 23, 3),
    "resnet152": _resnet("bottleneck_block", 3, 8, 36, 3),
    **{
        f"dinov{version}_{size}": _dino(version, width, depth)
        for version in (2, 3)
        for size, width, depth in (
            ("small", 384, 12),
            ("base", 768, 12),
            ("large", 1024, 24),
        )
    },
}
"""KerasHub's classes and their options, by the name that a user gives."""


def library() -> Any:
    """KerasHub itself.

    Raises:
        ValueError: If it is not installed; names the extra.
    """
    try:
        import keras_hub
    except ImportError as error:
        raise ValueError(
            "The backbone keras_hub needs KerasHub, which is not installed: "
            "pip install 'tf-advseg[keras_hub]'."
        ) from error
    return keras_hub


def network(model: str, options: Mapping[str, Any]) -> Any:
    """One of KerasHub's backbones with random weights.

    Args:
        model: A name in `ARCHITECTURES`, or of a class in `keras_hub.models`.
        options: Of the class, besides those of the name.

    Raises:
        ValueError: If there is none, or it does not take the options.
    """
    models = library().models
    known = [name for name in dir(models) if name.endswith("Backbone")]
    check_choice("KerasHub network", model, [*ARCHITECTURES, *known])
    kind, usual = ARCHITECTURES.get(model, (model, {}))
    _check_options(getattr(models, kind), options)
    try:
        return getattr(models, kind)(**{**_square(), **usual, **options})
    except (TypeError, ValueError, KeyError) as error:
        raise ValueError(
            f"KerasHub cannot make {model!r} with the options "
            f"{dict(options)}: {in_one_line(error)}"
        ) from error


def of_preset(
    preset: str, options: Mapping[str, Any], load_weights: bool
) -> Any:
    """The backbone of a preset.

    Args:
        preset: A folder, or a name that KerasHub knows.
        options: In place of the preset's.
        load_weights: Or random ones.

    Raises:
        WeightsError: If there is no such preset, or it cannot be had.
    """
    models = library().models
    is_path = re.search(r"[/\\]", preset) and "://" not in preset
    if is_path and not Path(preset).is_dir():
        raise WeightsError(
            f"The preset folder {preset!r} does not exist; expected what "
            "KerasHub's save_to_preset wrote, or the name of a preset."
        )
    try:
        trunk = models.Backbone.from_preset(
            preset, load_weights=load_weights, **{**_square(), **options}
        )
    except Exception as error:  # Of files, networks and three hubs.
        raise WeightsError(
            f"KerasHub cannot load the preset {preset!r}: "
            f"{in_one_line(error)} Without a network, give the folder of a "
            "preset, or --weights=none and a model in place of the preset."
        ) from error
    _check_options(type(trunk), options)
    return trunk


def normalisation_of(preset: str) -> Normalisation:
    """What a preset does to images; ImageNet's where it says nothing.

    Raises:
        WeightsError: If what it says cannot be read.
    """
    folder = Path(preset)
    is_bare = folder.is_dir() and not (folder / _CONVERTER).is_file()
    if not preset or is_bare:
        return NORMALISATIONS["torch"]
    try:
        converter = library().layers.ImageConverter.from_preset(preset)
    except Exception as error:  # Of files and three hubs.
        raise WeightsError(
            f"What the preset {preset!r} does to images cannot be read: "
            f"{in_one_line(error)} Say it: keras_hub(preset=..., "
            "preprocessing='torch')."
        ) from error
    scale = 1.0 if converter.scale is None else converter.scale
    offset = 0.0 if converter.offset is None else converter.offset
    return normalisation.probe(lambda images: images * scale + offset)


def licence_of(preset: str) -> str:
    """What a preset's folder states of its licence, or who states none."""
    folder = Path(preset)
    readme = folder / "README.md"
    if readme.is_file():
        head = readme.read_text("utf-8", errors="replace")[:4096]
        found = re.search(r"^license: *([\w.+-]+) *$", head, re.MULTILINE)
        if found:
            return f"{found[1]}, says the README.md of the preset"
    return f"KerasHub states none for the preset {folder.name}"


def config_of(trunk: keras.Model) -> dict[str, Any]:
    """The options that a backbone was made with."""
    return json.loads(json.dumps(trunk.get_config()))


def _check_options(kind: type, options: Mapping[str, Any]) -> None:
    """KerasHub's classes swallow options that they do not know."""
    known = [
        parameter.name
        for parameter in inspect.signature(kind).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    for name in options:
        check_choice(f"option of {kind.__name__}:", name, known)


def _square() -> dict[str, Any]:
    """A size at which strides can be seen; MiT wants one."""
    return {"image_shape": (graph.SIDE, graph.SIDE, 3)}
