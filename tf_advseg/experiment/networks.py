"""From settings to the network that is trained, and to its trainer."""

import dataclasses
import logging
from collections.abc import Sequence
from typing import Any

import keras

from tf_advseg.base import call_strings
from tf_advseg.experiment import registry
from tf_advseg.experiment.data.detail_size import check_detail_window
from tf_advseg.methods.distil import Distil
from tf_advseg.methods.method import Method
from tf_advseg.methods.self_training import SelfTrainingMethod
from tf_advseg.methods.thing_features import thing_ids
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.decoders.two_scales import on_two_scales
from tf_advseg.networks.decoders.two_scales import windows_of
from tf_advseg.networks.layers.batch_norm import PER_DOMAIN
from tf_advseg.networks.views import views_of
from tf_advseg.runs.parents import start
from tf_advseg.runs.parents import teachers
from tf_advseg.settings.parts.model import parse_window
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer
from tf_advseg.training.teaching.distilling_segmenter import DistillingSegmenter
from tf_advseg.training.teaching.feature_anchor import FeatureAnchor
from tf_advseg.training.teaching.self_training_segmenter import (
    SelfTrainingSegmenter,
)

_logger = logging.getLogger(__name__)


def make_backbone(settings: TrainSettings) -> Backbone:
    """The backbone, with the batch norm that is asked for.

    Raises:
        ValueError: If it has none, or there is no such backbone.
    """
    backbone = registry.make_backbone(settings.backbone)
    options = {field.name for field in dataclasses.fields(backbone)}
    mode = settings.batch_norm
    if mode == "auto":
        _, said = call_strings.parse(settings.backbone)
        is_free = "batch_norm" in options and "batch_norm" not in said
        mode = _auto_batch_norm(settings) if is_free else "own"
    if mode == "own":
        return backbone
    if "batch_norm" not in options:
        raise ValueError(
            f"--batch_norm={settings.batch_norm}: the backbone "
            f"{backbone.name} has no batch norm; leave the flag out."
        )
    changes: dict[str, Any] = {"batch_norm": mode}
    return dataclasses.replace(backbone, **changes)


def _auto_batch_norm(settings: TrainSettings) -> str:
    """ImageNet's statistics, but where they are what a method adapts."""
    if settings.weights == "none":
        return "own"
    method = registry.make_method(settings.method)
    return PER_DOMAIN if method.moves_statistics else "affine"


def make_segmenter(settings: TrainSettings, num_classes: int) -> keras.Model:
    """The decoder on the backbone, with its initial weights."""
    decoder = registry.make_decoder(settings.decoder)
    network = _make_network(settings, pretrained=not settings.start)
    segmenter = decoder.build(network, num_classes)
    window = parse_window(settings.detail_window)
    if window is None:
        return segmenter
    scale = settings.context_scale
    segmenter = on_two_scales(segmenter, network, window, scale)
    check_detail_window(settings, windows_of(segmenter))
    return segmenter


def _make_network(settings: TrainSettings, pretrained: bool) -> keras.Model:
    """From images to features, with initial weights or random ones."""
    decoder = registry.make_decoder(settings.decoder)
    backbone = make_backbone(settings).suited_to(decoder.output_stride)
    network = backbone.build()
    if not pretrained:
        return network
    if settings.weights == "imagenet":
        origin = backbone.load_imagenet(network)
        licence = backbone.weights_licence or "none is stated"
        _logger.info("Weights: %s; licence: %s", origin, licence)
    elif settings.weights != "none":
        origin = backbone.load_imagenet(network, path=settings.weights)
        _logger.info("Weights: %s", origin)
    return network


def check_scales(settings: TrainSettings, num_classes: int) -> None:
    """Builds a network of two scales for trial, where one is asked for.

    Raises:
        ValueError: If the decoder, the window or the training images' sizes
            cannot be.
    """
    if settings.detail_window:
        bare = dataclasses.replace(settings, weights="none", start="")
        make_segmenter(bare, num_classes)


def scales_facts(settings: TrainSettings) -> dict[str, Any]:
    """What models say of the scales that they see, if there are two."""
    if not settings.detail_window:
        return {}
    return {
        "detail_window": settings.detail_window,
        "context_scale": settings.context_scale,
    }


def weights_facts(settings: TrainSettings) -> dict[str, str]:
    """What models say of the weights that they began with: the licence.

    Those that come of a model say what it says. Of a file's nothing is known.
    """
    found = ""
    if settings.start:
        found = start.facts(settings).get("weights_licence", "")
    elif settings.weights == "imagenet":
        found = registry.make_backbone(settings.backbone).weights_licence
    return {"weights_licence": found} if found else {}


def in_trainer(
    settings: TrainSettings,
    segmenter: keras.Model,
    method: Method,
    class_names: Sequence[str],
) -> SegmenterTrainer:
    """The trainer that a method of this type needs."""
    how: dict[str, Any] = {
        "precision": settings.precision,
        "remat": settings.remat,
    }
    if isinstance(method, SelfTrainingMethod):
        anchor = _anchor(settings, method, class_names)
        return SelfTrainingSegmenter(
            segmenter, method, seed=settings.seed, anchor=anchor, **how
        )
    if isinstance(method, Distil):
        views = views_of(method.scales, method.flip)
        return DistillingSegmenter(
            segmenter, method, teachers.load(settings, views), **how
        )
    return AdversarialSegmenter(
        segmenter,
        method,
        discriminator_width=settings.discriminator_width,
        discriminator_options={
            "num_layers": settings.discriminator_layers,
            "spectral": settings.spectral_norm,
        },
        judge_at=settings.judge_at,
        **how,
    )


def _anchor(
    settings: TrainSettings,
    method: SelfTrainingMethod,
    class_names: Sequence[str],
) -> FeatureAnchor | None:
    """What features stay near, if the method asks for it."""
    check_feature_distance(settings, method)
    if not method.feature_distance:
        return None
    things = thing_ids(method.things, class_names)
    scale = settings.context_scale if settings.detail_window else 1
    return FeatureAnchor(
        _make_network(settings, pretrained=True), things, scale
    )


def check_feature_distance(settings: TrainSettings, method: Method) -> None:
    """Raises `ValueError` if a method is to compare features of source images
    with ImageNet's, and one of both is missing."""
    if not getattr(method, "feature_distance", 0):
        return
    lacks = {"--source": settings.source, "--weights": settings.weights}
    for flag in (flag for flag, value in lacks.items() if value == "none"):
        raise ValueError(
            f"{method.name}(feature_distance=...) compares features of source "
            f"images with ImageNet's: give another {flag} than none, or leave "
            "feature_distance out."
        )
