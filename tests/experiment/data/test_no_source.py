"""`--source=none`: what is refused, and on what guard a run is."""

import dataclasses

import numpy as np
import pytest
import toy_segmenter
from toy_settings import TINY

from tf_advseg.datasets import FaultLog
from tf_advseg.experiment import making
from tf_advseg.experiment import registry
from tf_advseg.experiment.batches import make_batches
from tf_advseg.experiment.batches import with_sizes
from tf_advseg.experiment.data import no_source
from tf_advseg.experiment.data.checks import check_data
from tf_advseg.experiment.data.crops import tell_large_crop
from tf_advseg.experiment.data.roles import roles_of
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs import data as run_data
from tf_advseg.selection.fused_rank import fuse
from tf_advseg.settings.tune import TuneSettings
from tf_advseg.training.health import baseline

FREE = ["adabn", "intrada", "maxsquare", "minent", "minent_cp", "self_training"]


@pytest.fixture
def settings(tmp_path):
    """Of a run from a model of the streets' classes."""
    classes = making.make_domains(TINY).target.class_set
    start = tmp_path / "start.keras"
    save_segmenter(
        toy_segmenter.colour_segmenter(num_classes=classes.num_classes),
        start,
        {
            "classes": list(classes.names),
            "palette": [list(colour) for colour in classes.palette],
            "class_set": classes.name,
            "backbone": "efficientnet_lite0(batch_norm='trainable')",
        },
    )
    return dataclasses.replace(
        TINY,
        source="none",
        start=str(start),
        run=str(tmp_path / "run"),
        method="minent",
    )


@pytest.mark.parametrize("name", sorted(registry.method_classes()))
def test_methods_go_without_a_source_or_say_who_does(name, settings):
    settings = dataclasses.replace(settings, method=name)
    if name in FREE:
        making.scaled(settings)
        return
    with pytest.raises(ValueError, match=", ".join(FREE)) as caught:
        making.scaled(settings)
    assert f"--method={name} learns from a source" in str(caught.value)


def test_without_a_start_there_is_nothing_to_adapt(settings):
    with pytest.raises(ValueError, match="give --start=RUN"):
        making.scaled(dataclasses.replace(settings, start=""))


def test_source_only_may_learn_a_few_labels_of_the_target(settings):
    few = "streets-real(size=(32, 64), train=2, val=1, seed=5)"
    settings = dataclasses.replace(
        settings, method="source_only", target_labels=few
    )
    method = making.scaled(settings)
    domains = making.make_domains(settings)
    images, labels = next(
        iter(make_batches(settings, domains, method, 0, FaultLog()))
    )
    assert set(images) == set(labels) == {"target_labels"}
    assert len(labels["target_labels"]) == settings.batch_size


def test_adabn_refuses_statistics_that_were_never_the_sources(
    settings, monkeypatch
):
    settings = dataclasses.replace(settings, method="adabn")
    facts = {"backbone": "efficientnet_lite0(batch_norm='affine')"}
    monkeypatch.setattr(no_source.start, "facts", lambda settings: facts)
    with pytest.raises(ValueError, match="--batch_norm=trainable"):
        making.scaled(settings)
    facts["backbone"] = "efficientnet_lite0(batch_norm='trainable')"
    making.scaled(settings)


def test_the_start_says_what_the_classes_are(settings):
    domains = making.make_domains(settings)
    with_source = making.make_domains(TINY)
    assert not domains.has_source and with_source.has_source
    assert domains.source.class_set.names == (
        with_source.source.class_set.names
    )
    facts = making.segmenter_facts(settings, domains, making.scaled(settings))
    assert facts["source"] == "none"


def test_a_batch_has_target_images_alone(settings):
    domains = making.make_domains(settings)
    method = making.scaled(settings)
    roles = roles_of(settings, domains, method)
    assert roles.labelled is None and roles.labels == []
    batch = next(iter(make_batches(settings, domains, method, 0, FaultLog())))
    assert set(batch[0]) == {"target"} and batch[1] == {}


def test_its_data_is_the_targets(settings):
    domains = making.make_domains(settings)
    lines = []
    check_data(settings, domains, lines.append)
    tell_large_crop(settings, domains, pytest.fail)
    assert not [line for line in lines if "none/" in line]
    facts = run_data.data_facts(making.data_manifests(settings, domains))
    assert facts["source"] is None and facts["target"]["num_images"] == 4
    auto = dataclasses.replace(settings, source_size="auto", crop="auto")
    found = with_sizes(auto, domains, lines.append)
    assert (found.source_size, found.crop) == ("32x64", "32x64")


def test_it_is_on_guard_unless_told_otherwise(settings):
    lines = []
    found = no_source.guarded(settings, lines.append)
    assert (found.target_delay, found.on_alarm) == (1, "stop")
    assert "--target_delay=1 --on_alarm=stop" in lines[0]
    said = dataclasses.replace(settings, target_delay=2, on_alarm="rollback")
    assert no_source.guarded(said, pytest.fail) == said
    assert no_source.guarded(TINY, pytest.fail) is TINY


def test_the_fused_rank_goes_on_without_the_sources_score():
    def scores(agreement, information):
        return {
            "source_miou": None,
            "flip_agreement": agreement,
            "mutual_information": information,
        }

    standings = fuse([scores(0.7, 0.5), scores(0.8, 0.5), scores(1.0, 0.1)])
    assert [s.is_dropped for s in standings] == [False, False, True]
    assert [s.fused for s in standings] == [0.0, 1.0, 0.0]


def test_harm_is_seen_without_the_sources_score():
    before = {"source_miou": None, "flip_agreement": 0.8}
    now = {"source_miou": None, "flip_agreement": 0.6}
    assert baseline.loss(before, now) == pytest.approx(0.25)
    assert baseline.loss({}, now) == 0.0


def test_what_the_start_predicts_is_counted_once(settings, monkeypatch):
    """The streets' first three classes, by the strongest colour."""
    target = making.make_domains(settings).target
    network = toy_segmenter.colour_segmenter(
        num_classes=target.class_set.num_classes
    )
    monkeypatch.setattr(
        no_source.networks, "make_segmenter", lambda *args: network
    )
    lines = []
    no_source.prepare(settings, target, lines.append)
    found = no_source.start_shares(settings.run)
    assert found.num_images == 4 and len(lines) == 1
    winners = [
        np.bincount(target.read_image(k).argmax(-1).ravel(), minlength=3)
        for k in target.keys("train")
    ]
    shares = np.sum(winners, axis=0) / np.sum(winners)
    np.testing.assert_allclose(found.ratios[:3], shares, atol=0.02)
    no_source.prepare(settings, target, pytest.fail)


def test_a_search_has_nothing_to_compare_by(settings):
    with pytest.raises(ValueError, match="compares trials by their mIoU"):
        TuneSettings(source="none", start=settings.start)
