"""A segmenter that sees an image whole, but coarsely, and windows of it finely.

Hoyer, Dai and Van Gool, "HRDA: Context-Aware High-Resolution Domain-Adaptive
Semantic Segmentation" (ECCV 2022; arXiv 2204.13132). One network f, backbone
and decoder, sees the image x made s times smaller and windows of x as it is; a
second decoder A, on the features of the small image, says for each class how
far the windows are to be believed:

    context = f(x / s),   details = f(windows of x),   a = sigmoid(A(x / s))
    logits = up((1 - a) context) + up(a) mean of details      (`ScaleFusion`)

From outside it is a segmenter like others. In training passes within
`layers.scales.windows.drawn` there is one window, elsewhere the fused logits
are the context's; else windows slide over the whole image.
"""

from collections.abc import Callable
from typing import Any
from typing import cast

import keras

from tf_advseg.base.conventions import DETAIL
from tf_advseg.base.conventions import FEATURES
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import PYRAMID
from tf_advseg.networks.decoders import parts
from tf_advseg.networks.keras_types import input_of
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.networks.layers import DetailWindows
from tf_advseg.networks.layers import ScaleFusion
from tf_advseg.networks.layers import SmallImages
from tf_advseg.networks.layers import WholeUnits
from tf_advseg.networks.layers.scales.windows import Windows

WINDOWS = "decoder_windows"
"""Name of the layer that cuts windows."""


def on_two_scales(
    segmenter: keras.Model,
    backbone_model: keras.Model,
    window: tuple[int, int],
    scale: int = 2,
    channels: int = 256,
) -> keras.Model:
    """Makes a network of two scales out of one of one.

    Args:
        segmenter: A decoder on `backbone_model`, with its initial weights.
        backbone_model: See `networks.backbones.Backbone.build`.
        window: (h, w) of the windows, in pixels.
        scale: s, how many times smaller the whole image is seen.
        channels: Of the attention's decoder; 256 in the paper.

    Returns:
        A functional model as of `Decoder.build`, with layers of its own. It
        has one level more, `detail`: logits of the windows, `(B n, h, w, C)`.
        Its `features` are those of the small image.

    Raises:
        ValueError: If the segmenter has several levels, or a window is no
            multiple of a cell of the small image's logits.
    """
    levels = [name for name in outputs_of(segmenter) if name != FEATURES]
    if levels != [MAIN]:
        raise ValueError(
            f"Two scales need a decoder of one level; {segmenter.name!r} has "
            f"{', '.join(levels)}."
        )
    one_scale, num_classes = _one_scale(segmenter, backbone_model)
    unit = scale * _stride(one_scale, window)
    shared, take_weights = _shared(one_scale)
    images = input_of((None, None, 3), "images")
    whole = WholeUnits(unit, name="decoder_whole_units")(images)
    # The first call of the shared layers: `layer.output` is the context's.
    context = shared(SmallImages(scale, name="decoder_small_images")(whole))
    windows = DetailWindows(window, unit, name=WINDOWS)(whole)
    details = keras.layers.Identity(name=f"{DETAIL}_logits")(
        shared(windows)[MAIN]
    )
    take_weights()
    fusion = ScaleFusion(window, unit, scale, name=f"{MAIN}_logits")
    attention = _attention(context, num_classes, channels)
    fused = fusion([context[MAIN], attention, details, whole])
    outputs = {
        MAIN: CornersAlignedResize(name=MAIN)([fused, images]),
        DETAIL: CornersAlignedResize(name=DETAIL)([details, windows]),
        FEATURES: context[FEATURES],
    }
    return keras.Model(images, outputs, name=f"two_scales_{segmenter.name}")


def windows_of(segmenter: keras.Model) -> Windows | None:
    """The windows of a network of two scales; None of any other."""
    for layer in segmenter.layers:
        if isinstance(layer, DetailWindows):
            return layer.windows
    return None


def _one_scale(segmenter, backbone_model):
    """From images to logits before they are resized, and to all features."""
    logits = segmenter.get_layer(f"{MAIN}_logits").output
    outputs = {
        **{name: outputs_of(backbone_model)[name] for name in PYRAMID},
        MAIN: logits,
        FEATURES: outputs_of(segmenter)[FEATURES],
    }
    return keras.Function(segmenter.input, outputs), logits.shape[-1]


def _stride(one_scale, window) -> int:
    """Pixels a cell of the logits, of which some round the last one up."""
    shapes: Any = one_scale.compute_output_shape((1, *window, 3))
    return round(window[0] / shapes[MAIN][1])


def _shared(
    one_scale: keras.Function,
) -> tuple[Callable[[Any], dict[str, Any]], Callable[[], None]]:
    """What calls copies of a network's layers, the same ones each time, and
    what gives them the network's weights once they are called."""
    copies: dict[keras.layers.Layer, keras.layers.Layer] = {}

    def copy(layer, *arguments, **options):
        if not isinstance(layer, keras.layers.Layer):
            return layer(*arguments, **options)
        if layer not in copies:
            config = layer.get_config()
            if layer.name == f"{MAIN}_logits":
                config["name"] = "scale_logits"
            copies[layer] = type(layer).from_config(config)
        return copies[layer](*arguments, **options)

    def shared(images):
        graph = cast(Any, one_scale)
        return graph._run_through_graph(images, call_fn=copy)

    def take_weights():
        for layer, its_copy in copies.items():
            its_copy.set_weights(layer.get_weights())

    return shared, take_weights


def _attention(features, num_classes, channels):
    """Logits of how far windows are to be believed, by class."""
    fine, *others = (
        parts.convolution(features[name], channels, f"attention_{name}")
        for name in PYRAMID
    )
    levels = [
        parts.resized(x, fine, f"attention_resize_{name}")
        for name, x in zip(PYRAMID[1:], others, strict=True)
    ]
    x = keras.layers.Concatenate(name="decoder_attention_levels")(
        [fine, *levels]
    )
    x = parts.convolution(x, channels, "attention", use_bias=False)
    x = parts.norm_relu(x, "group", "attention")
    return parts.classifier(x, num_classes, "decoder_attention")
