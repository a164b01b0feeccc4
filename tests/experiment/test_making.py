"""From settings to methods and networks: what the recipe's switches say."""

import dataclasses
import json

import numpy as np
import pytest
import toy_segmenter
from toy_domains import write_folder
from toy_settings import TINY

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import class_statistics
from tf_advseg.datasets.classes.assumed_labels import table_of_models
from tf_advseg.experiment import making
from tf_advseg.experiment import networks
from tf_advseg.experiment import optimizers
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.model_file import copy_segmenter


def with_(**changes):
    return dataclasses.replace(TINY, **changes)


@pytest.fixture(scope="module")
def domains():
    return making.make_domains(TINY)


def test_classes_are_weighed_by_the_labels_that_are_trained_on(domains):
    for method, domain in (
        ("source_only", domains.source),
        ("target_oracle", domains.target),
    ):
        settings = with_(method=method, class_weights="balanced")
        weights = making.make_method(settings, domains).class_weights
        ratios = class_statistics(domain, "train").ratios
        raw = (ratios + 0.02) ** -0.5
        expected = raw / raw[ratios > 0].mean()
        np.testing.assert_allclose(weights, expected, rtol=1e-9)


def test_classes_weigh_alike_by_default(domains):
    assert making.make_method(TINY, domains).class_weights is None


def test_batch_norm_is_the_backbones_own_unless_it_is_said():
    settings = with_(backbone="efficientnet_lite0")
    assert networks.make_backbone(settings).batch_norm == "trainable"
    settings = dataclasses.replace(settings, batch_norm="frozen")
    frozen = networks.make_backbone(settings)
    layers = frozen.build().layers
    modes = {layer.mode for layer in layers if isinstance(layer, BatchNorm)}
    assert modes == {"frozen"}


@pytest.mark.parametrize(
    ("method", "weights", "backbone", "mode"),
    [
        ("source_only", "imagenet", "efficientnet_lite0", "affine"),
        ("advent", "imagenet", "efficientnet_lite0", "affine"),
        # What it adapts must move.
        ("adabn", "imagenet", "efficientnet_lite0", "per_domain"),
        # At random weights there are no statistics worth keeping.
        ("source_only", "none", "efficientnet_lite0", "trainable"),
        ("advent", "none", "efficientnet_lite0", "trainable"),
        (
            "advent",
            "imagenet",
            "efficientnet_lite0(batch_norm='frozen')",
            "frozen",
        ),
    ],
)
def test_auto_batch_norm_is_affine_where_statistics_are_worth_it(
    method, weights, backbone, mode
):
    settings = with_(
        batch_norm="auto", method=method, weights=weights, backbone=backbone
    )
    assert networks.make_backbone(settings).batch_norm == mode


def test_auto_batch_norm_leaves_a_backbone_without_any_alone():
    settings = with_(batch_norm="auto", weights="imagenet", backbone="vgg16")
    assert networks.make_backbone(settings).name == "vgg16"


def test_the_model_file_says_which_batch_norm_it_has(domains):
    settings = with_(
        backbone="efficientnet_lite0",
        batch_norm="frozen",
        method="source_only",
    )
    method = making.make_method(settings, domains)
    facts = making.segmenter_facts(settings, domains, method)
    assert facts["backbone"] == "efficientnet_lite0(batch_norm='frozen')"


@pytest.mark.parametrize(
    ("weights", "backbone", "said"),
    [
        ("imagenet", "efficientnet_lite0", "Apache-2.0, says the package"),
        ("imagenet", "keras_applications", "states none for EfficientNetV2B0"),
        ("none", "efficientnet_lite0", ""),
        ("mine.pth", "resnet50", ""),
    ],
)
def test_the_model_file_says_the_licence_of_its_first_weights(
    weights, backbone, said
):
    facts = networks.weights_facts(with_(weights=weights, backbone=backbone))
    assert said in facts.get("weights_licence", "")
    assert bool(facts) == bool(said)


def test_a_model_says_the_licence_of_the_model_that_it_started_from(tmp_path):
    start, model = tmp_path / "start.keras", tmp_path / "model.keras"
    toy_segmenter.save_colour_segmenter(model)
    copy_segmenter(model, start, {"weights_licence": "MIT"})
    facts = networks.weights_facts(with_(start=str(start), run=str(tmp_path)))
    assert facts == {"weights_licence": "MIT"}


def test_the_model_file_says_how_the_sources_labels_are_read(tmp_path, domains):
    source = FolderDomain(write_folder(tmp_path / "renders"))
    settings = with_(method="source_only")
    method = making.make_method(settings, domains)
    folders = making.Domains(source, domains.target)
    facts = making.segmenter_facts(settings, folders, method)
    table = table_of_models([facts])
    assert table.train_ids == {0: 0, 1: 1, 2: 2, 255: 255}
    assert table.labels_are == "ids" and table.implied == {255}
    assert json.loads(json.dumps(facts["label_table"])) == facts["label_table"]
    facts = making.segmenter_facts(settings, domains, method)
    assert facts["label_table"] is None  # Streets are drawn as train ids.


def test_a_backbone_without_batch_norm_is_named():
    settings = with_(backbone="vgg16", batch_norm="frozen")
    with pytest.raises(ValueError, match="vgg16 has no batch norm"):
        networks.make_backbone(settings)


def test_the_rate_of_the_backbone_and_the_warm_up_reach_the_optimizer():
    optimizer = optimizers.of_segmenter(
        with_(
            learning_rate=1e-2,
            backbone_learning_rate=1e-3,
            warmup_steps=2,
            decayed_weights="kernels",
        )
    )
    rules = dict(optimizer.learning_rate_rules)
    assert rules["decoder_"] == rules["_aspp_"] == rules["_logits"] == 1
    assert rules[""] == pytest.approx(0.1)
    assert ["/gamma", 0.0] in optimizer.weight_decay_rules
    assert optimizer._learning_rate.warmup_steps == 2
    others = optimizers.of_discriminators(with_(warmup_steps=2))
    assert others._learning_rate.warmup_steps == 0


def test_sgd_trains_every_decoder_at_the_head_factor():
    optimizer = optimizers.of_segmenter(
        with_(optimizer="sgd", head_factor=5.0, decoder="fpn")
    )
    rules = dict(optimizer.learning_rate_rules)
    assert rules["decoder_"] == rules["_aspp_"] == rules["_logits"] == 5
    assert "" not in rules
