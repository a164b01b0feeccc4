"""Runs of `intrada` on a target of which the start is sure in part."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sure_world
from PIL import Image
from places import TOYS
from sure_world import SURE
from sure_world import UNSURE
from toy_networks import toy_segmenter

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.state_files import StateFiles
from tf_advseg.commands import train as training_command
from tf_advseg.datasets import FaultLog
from tf_advseg.experiment import health_guard
from tf_advseg.experiment import making
from tf_advseg.experiment import networks
from tf_advseg.experiment.batches import make_batches
from tf_advseg.experiment.data import ranking
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs import easy_and_hard
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

DARKS = (SURE, UNSURE, SURE, SURE, UNSURE, SURE)
EASY, HARD = (
    ["images/0.png", "images/2.png", "images/3.png", "images/5.png"],
    [
        "images/1.png",
        "images/4.png",
    ],
)
STRONG = 'intrada(target_weights={"main": 0.3})'


@pytest.fixture(autouse=True)
def pixels(monkeypatch):
    monkeypatch.setattr(networks, "make_segmenter", sure_world.segmenter)


@pytest.fixture
def settings(tmp_path):
    """Of a run from the segmenter that is sure of four images of six."""
    (tmp_path / "run").mkdir()
    sure_world.save_start(tmp_path / "start.keras")
    known = {
        "method": "intrada",
        "source": str(sure_world.write(tmp_path / "source", [SURE] * 4)),
        "target": str(sure_world.write(tmp_path / "target", DARKS)),
        "start": str(tmp_path / "start.keras"),
        "run": str(tmp_path / "run"),
        "source_size": "32x32",
        "target_size": "32x32",
        "discriminator_width": 8,
        "steps": 4,
        "batch_size": 2,
        "log_every": 1,
        "health_every": 1,
        "checkpoint_every": 2,
        "snapshots": 2,
        "compare": "none",
    }
    return TrainSettings(**PLAIN | known)


def prepared(settings, **changes):
    """The parts that a run would have, and what is told of it."""
    settings = dataclasses.replace(settings, **changes)
    lines = []
    domains = making.make_domains(settings)
    ranking.check(settings, domains)
    ranking.prepare(settings, domains, lines.append)
    return easy_and_hard.read(settings.run), lines


def batches(settings, count=6, **changes):
    settings = dataclasses.replace(settings, **changes)
    domains = making.make_domains(settings)
    method = making.make_method(settings, domains)
    dataset = make_batches(settings, domains, method, 0, FaultLog())
    return list(dataset.take(count).as_numpy_iterator())


def keys(parts, part):
    return sorted(image.key for image in parts.of(part))


def test_easy_images_are_those_that_the_start_is_sure_of(settings):
    parts, lines = prepared(settings)
    assert keys(parts, "easy") == EASY and keys(parts, "hard") == HARD
    entropies = [image.entropy for image in parts.images]
    assert entropies == sorted(entropies)
    assert lines[0].startswith("Ranked 6 target images by entropy: 4 are easy")


def test_the_entropy_is_the_normalised_maps_mean(settings):
    parts, _ = prepared(settings)
    model, _ = load_segmenter(settings.start)
    for image in parts.images:
        picture = np.array(Image.open(f"{settings.target}/{image.key}"))
        z = model(picture[None].astype(np.float32))["main"].numpy()
        p = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
        entropy = -(p * np.log(p)).sum(-1) / np.log(2)
        assert image.entropy == pytest.approx(entropy.mean(), rel=1e-5)


def test_pseudo_labels_are_the_starts_arg_max(settings):
    parts, _ = prepared(settings)
    easy, hard = parts.domains(
        making.make_domains(settings).target, settings.target_split
    )
    for key in easy.keys("train"):
        # The boundary of the start.
        bright = easy.read_image(key)[..., 0] > 128
        np.testing.assert_array_equal(easy.read_label(key), bright)
    assert list(hard.keys("train")) == HARD and not hard.has_labels("train")
    files = list((parts.folder / "labels").iterdir())
    assert len(files) == len(EASY)


def test_the_share_that_is_easy_is_an_option(settings):
    parts, _ = prepared(settings, method="intrada(easy_share=0.5)")
    assert len(parts.of("easy")) == 3
    assert {*keys(parts, "easy")} < {*EASY}


def test_equal_entropies_keep_the_order_of_keys(settings, tmp_path):
    root = sure_world.write(tmp_path / "same", [SURE] * 3)
    for number in (1, 2):
        picture = (root / "images/0.png").read_bytes()
        (root / f"images/{number}.png").write_bytes(picture)
    parts, _ = prepared(settings, target=str(root))
    assert len({image.entropy for image in parts.images}) == 1
    assert keys(parts, "easy") == ["images/0.png", "images/1.png"]


def test_easy_images_play_the_source_and_hard_ones_the_target(settings):
    prepared(settings)
    for images, labels in batches(settings):
        dark = {
            name: np.percentile(image[..., 0], 25, axis=(1, 2))
            for name, image in images.items()
        }
        assert dark["source"].max() < 80 and dark["target"].min() > 100
        bright = images["source"][..., 0] > 128
        np.testing.assert_array_equal(labels, bright)


def test_labels_go_with_their_images_through_augmentation(settings):
    prepared(settings)
    changes = {"crop": "32x32", "min_scale": 1.5, "max_scale": 2.0}
    for images, labels in batches(settings, flip=True, **changes):
        grey = images["source"][..., 0]
        sure = (grey < 80) | (grey > 180)
        assert sure.mean() > 0.9
        np.testing.assert_array_equal(labels[sure], grey[sure] > 128)


def test_neither_source_images_nor_labels_of_the_target_are_read(settings):
    prepared(settings)
    for folder in (settings.source, settings.target):
        for path in Path(folder).glob("labels/*.png"):
            path.write_bytes(b"")
    for path in Path(settings.source).glob("images/*.png"):
        path.write_bytes(b"")
    options = {"class_weights": "balanced", "rare_class_temperature": 0.5}
    assert len(batches(settings, **options)) == 6


def test_weights_and_rare_classes_count_the_pseudo_labels(settings):
    parts, _ = prepared(settings)
    domains = making.make_domains(settings)
    easy, _ = parts.domains(domains.target, "train")
    labels = np.stack([easy.read_label(key) for key in EASY])
    shares = np.array([np.mean(labels == c) for c in (0, 1)])
    raw = (shares + 0.02) ** -0.5
    weighted = dataclasses.replace(settings, class_weights="balanced")
    found = making.make_method(weighted, domains).class_weights
    np.testing.assert_allclose(found, raw / raw.mean(), rtol=1e-9)


def test_a_source_style_has_nothing_to_change(settings, caplog):
    prepared(settings)
    plain = batches(settings)
    styled = batches(settings, source_style="fda", source_style_share=1.0)
    for (one, _), (other, _) in zip(plain, styled, strict=True):
        np.testing.assert_array_equal(one["source"], other["source"])
    assert "--source_style=fda is off: intrada has no" in caplog.text


def test_what_is_there_and_whole_is_not_made_again(settings, monkeypatch):
    first, _ = prepared(settings)
    monkeypatch.setattr(networks, "make_segmenter", pytest.fail)
    again, lines = prepared(settings)
    assert again == first and lines == []


@pytest.mark.parametrize("fault", ["changed", "missing", "ranking"])
def test_what_is_damaged_is_told_of_and_made_again(settings, fault):
    first, _ = prepared(settings)
    label = first.folder / "labels" / first.images[0].label
    if fault == "changed":
        Image.fromarray(np.zeros((32, 32), np.uint8)).save(label)
    elif fault == "missing":
        label.unlink()
    else:
        (first.folder / "ranking.json").write_text("{")
    again, lines = prepared(settings)
    easy_and_hard.check_labels(again)
    assert again == first
    name = "ranking.json" if fault == "ranking" else label.name
    assert name in lines[0] and "ranked again by start.keras" in lines[0]


def test_a_corrupt_image_is_in_neither_part_and_told_of(settings):
    (Path(settings.target) / "images/3.png").write_bytes(b"")
    parts, lines = prepared(settings)
    assert "images/3.png" not in [image.key for image in parts.images]
    assert "is empty" in parts.left_out["images/3.png"]
    assert "1 cannot be read" in lines[0]


def test_one_readable_image_is_too_few(settings, tmp_path):
    root = sure_world.write(tmp_path / "two", [SURE, UNSURE])
    (root / "images/1.png").write_bytes(b"")
    with pytest.raises(DataError, match="Only 1 of the 2 target images can"):
        prepared(settings, target=str(root))
    assert list(Path(settings.run).iterdir()) == []


def run(settings, **changes):
    """Runs the command; returns its folder and the lines it wrote."""
    lines = []
    settings = dataclasses.replace(settings, **changes)
    assert training_command.run(settings, lines.append) == 0
    return Path(settings.run), lines


def refusal(settings, **changes):
    """What the command says, having written nothing."""
    settings = dataclasses.replace(settings, **changes)
    with pytest.raises(ValueError) as caught:
        training_command.run(settings, lambda line: None)
    left = [p.name for p in Path(settings.run).iterdir()]
    assert [name for name in left if name != "run.lock"] == []
    return str(caught.value)


def test_it_does_not_go_without_a_start(settings):
    said = refusal(settings, start="")
    assert said.startswith("--method=intrada goes on from a trained model")


def test_a_start_of_other_classes_is_refused(settings, tmp_path):
    sure_world.save_start(tmp_path / "other.keras", ("bright", "dark"))
    said = refusal(settings, start=str(tmp_path / "other.keras"))
    assert "knows the classes bright, dark; this run has dark, bright" in said


def test_a_target_of_one_image_is_refused(settings, tmp_path):
    root = sure_world.write(tmp_path / "one", [SURE])
    said = refusal(settings, target=str(root))
    assert "split 'train' of" in said and "only 1; give at least two" in said


def test_a_start_of_another_network_is_refused_before_it_ranks(
    settings, monkeypatch
):
    monkeypatch.setattr(
        networks, "make_segmenter", lambda *_: toy_segmenter("frozen")
    )
    with pytest.raises(ValueError, match="is another network than this run's"):
        prepared(settings)
    assert list(Path(settings.run).iterdir()) == []


def test_a_start_that_predicts_no_numbers_is_refused(settings, tmp_path):
    model, facts = load_segmenter(settings.start)
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    save_segmenter(model, tmp_path / "broken.keras", facts)
    with pytest.raises(ValueError, match=r"no numbers for 'images/0\.png'"):
        prepared(settings, start=str(tmp_path / "broken.keras"))
    assert list(Path(settings.run).iterdir()) == []


def test_health_expects_the_classes_of_the_pseudo_labels(settings):
    """Not the source's, whose labels say something else here."""
    parts, _ = prepared(settings)
    for path in Path(settings.source).glob("labels/*.png"):
        Image.fromarray(np.zeros((32, 32), np.uint8)).save(path)
    domains = making.make_domains(settings)
    method = making.make_method(settings, domains)
    found = health_guard._prior(
        settings, domains, SimpleNamespace(method=method)
    )
    easy, _ = parts.domains(domains.target, "train")
    bright = np.mean([easy.read_label(key) for key in EASY])
    assert found == pytest.approx({"dark": 1 - bright, "bright": bright})


@pytest.mark.slow
def test_a_whole_run_leaves_what_every_run_leaves(settings):
    folder, _ = run(settings, report="true", eval_split="train")
    facts = read_metadata(folder / "best.keras")
    assert facts["method"].startswith("intrada(")
    assert facts["started_from"]["method"] == "source_only"
    for name in ("selection.json", "metrics.json", "report.html"):
        assert (folder / name).stat().st_size > 0
    rows = (folder / "metrics.csv").read_text()
    for number in ("health/entropy/target", "selection/", "adversarial/main"):
        assert number in rows


@pytest.mark.slow
def test_a_resumed_run_ends_bit_equal(settings, tmp_path):
    whole, _ = run(settings, run=str(tmp_path / "whole"))
    begun, _ = run(settings, steps=4)
    for name in ("finished.json", "last.keras", "best.keras"):
        (begun / name).unlink()
    states = StateFiles(begun / "checkpoints")
    states.remove(states.states()[-1])
    before = (begun / "easy_and_hard/ranking.json").stat().st_mtime_ns
    _, lines = run(settings, resume=True)
    assert "Resuming after step 2." in lines
    after = (begun / "easy_and_hard/ranking.json").stat().st_mtime_ns
    assert after == before
    ours, theirs = (load_segmenter(f / "last.keras")[0] for f in (begun, whole))
    for a, b in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    texts = [
        (f / "easy_and_hard/ranking.json").read_text() for f in (begun, whole)
    ]
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["images"][0]["part"] == "easy"


def hard_accuracy(folder, settings):
    """Share of the hard images' pixels that last.keras gets right."""
    model, _ = load_segmenter(folder / "last.keras")
    target = making.make_domains(settings).target
    images = np.stack([target.read_image(key) for key in HARD])
    labels = np.stack([target.read_label(key) for key in HARD])
    logits = model(images.astype(np.float32))["main"].numpy()
    return float(np.mean(logits.argmax(-1) == labels))


@pytest.mark.slow
def test_adapting_improves_the_hard_images(settings, tmp_path):
    """By the alignment: without it, the easy ones' labels change little."""
    found = {}
    for name, method in {
        "aligned": STRONG,
        "labels": 'intrada(target_weights={"main": 0})',
    }.items():
        options = {"steps": 100, "checkpoint_every": 100, "snapshots": 0}
        options |= {"log_every": 50, "health_every": 0, "learning_rate": 0.02}
        where = str(tmp_path / name)
        folder, _ = run(settings, method=method, run=where, **options)
        found[name] = hard_accuracy(folder, settings)
    assert found["labels"] < 0.95
    assert found["aligned"] > 0.97


@pytest.mark.slow
def test_a_run_on_two_replicas_equals_one_on_one(settings, tmp_path):
    weights = []
    for count in (1, 2):
        command = [sys.executable, TOYS / "intrada_replicas.py", str(count)]
        subprocess.run([*command, tmp_path], check=True, capture_output=True)
        model, _ = load_segmenter(tmp_path / str(count) / "last.keras")
        weights.append(model.get_weights())
    for one, two in zip(*weights, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)
    started = sure_world.segmenter().get_weights()
    assert np.abs(weights[0][0] - started[0]).max() > 1e-4
