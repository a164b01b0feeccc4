"""DeepLab-v2: parallel dilated classifiers on a dilated backbone.

Chen et al., "DeepLab: Semantic Image Segmentation with Deep Convolutional
Nets, Atrous Convolution, and Fully Connected CRFs" (2017), without the CRF.
Each level of the backbone has an atrous spatial pyramid

    logits = sum_d conv3x3(features, dilation d),   d in (6, 12, 18, 24)

whose logits are resized to the image, corners aligned.
"""

import math

import keras

from tf_advseg.base.checks import check_range
from tf_advseg.base.conventions import FEATURES
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import PREPROCESSING
from tf_advseg.networks.keras_types import normal
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.keras_types import uniform
from tf_advseg.networks.layers import CornersAlignedResize


def deeplab_v2(
    backbone_model: keras.Model,
    num_classes: int,
    *,
    aspp_branches: int = 4,
    dilations: tuple[int, ...] = (6, 12, 18, 24),
) -> keras.Model:
    """Puts a classifier on each level of a backbone.

    Args:
        backbone_model: From images to a dict of features by level (see
            `networks.backbones.Backbone.build`). Its layers become layers of
            the segmenter.
        num_classes: C.
        aspp_branches: How many of `dilations` to build, the first ones.
            AdaptSegNet's program returns from inside its loop and so sums
            only dilations 6 and 12: use 2 to reproduce it. Its other two
            convolutions have no influence and get no gradient, so they are
            not built; ADVENT sums all 4.
        dilations: Of the parallel 3x3 convolutions.

    Returns:
        A functional model from RGB images `(B, H, W, 3)`, 0-255, to a dict of
        float32 logits `(B, H, W, C)` by level, and "features"
        `(B, h, w, F)`, which the main classifier reads. Layers called
        `main_logits` (`aux_logits`) give the logits before resizing.

    Raises:
        ValueError: If `num_classes` or `aspp_branches` is out of range.
    """
    check_range("num_classes", num_classes, 2, 255)
    check_range("aspp_branches", aspp_branches, 2, len(dilations))
    images = backbone_model.input
    levels = outputs_of(backbone_model)
    outputs = {}
    for level, features in levels.items():
        logits = _classifier(
            features, num_classes, dilations[:aspp_branches], level
        )
        resize = CornersAlignedResize(name=level)
        outputs[level] = resize([logits, images])
    outputs[FEATURES] = levels[MAIN]
    return keras.Model(images, outputs, name="deeplab_v2")


def low_resolution_logits(segmenter: keras.Model) -> keras.Model:
    """Returns a model from images to main logits `(B, h, w, C)`.

    It shares the segmenter's layers; evaluation resizes its logits straight
    to the size of the labels.
    """
    logits = segmenter.get_layer(f"{MAIN}_logits").output
    return keras.Model(segmenter.input, logits, name="low_resolution_logits")


def stages(segmenter: keras.Model) -> keras.Model:
    """Returns a model from images to what is computed on the way.

    It shares the segmenter's layers. Its outputs are a dict of those stages
    that the segmenter has: "preprocessing" (normalised images), "features"
    and "logits" (main ones, before resizing).
    """
    outputs = {"logits": segmenter.get_layer(f"{MAIN}_logits").output}
    if FEATURES in outputs_of(segmenter):
        outputs[FEATURES] = outputs_of(segmenter)[FEATURES]
    for layer in segmenter.layers:
        if layer.name == PREPROCESSING:
            outputs[PREPROCESSING] = layer.output
    return keras.Model(segmenter.input, outputs, name="stages")


def _classifier(features, num_classes, dilations, level):
    """Sums one 3x3 convolution per dilation."""
    # PyTorch's default for biases, which the official programs keep.
    bound = 1 / math.sqrt(3 * 3 * features.shape[-1])
    branches = [
        keras.layers.Conv2D(
            num_classes,
            3,
            padding="same",
            dilation_rate=dilation,
            kernel_initializer=normal(stddev=0.01),
            bias_initializer=uniform(bound),
            name=f"{level}_aspp_{index}",
        )(features)
        for index, dilation in enumerate(dilations)
    ]
    # Float32 in mixed precision too: the sum of four is what gets resized.
    full_precision = keras.config.dtype_policy().variable_dtype
    add = keras.layers.Add(dtype=full_precision, name=f"{level}_logits")
    return add(branches)
