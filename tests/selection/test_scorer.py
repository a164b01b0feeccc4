"""Candidates scored on images: predictions, pairs, means of weights."""

import numpy as np
import pytest
from toy_domain import ToyDomain
from toy_segmenter import BLUE
from toy_segmenter import CLASSES
from toy_segmenter import GREEN
from toy_segmenter import RED
from toy_segmenter import colour_segmenter
from toy_segmenter import paint
from toy_segmenter import save_colour_segmenter

from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.selection import predictions
from tf_advseg.selection.candidates import snapshots_in
from tf_advseg.selection.fused_rank import VOTING_VIEWS
from tf_advseg.selection.fused_rank import fuse
from tf_advseg.selection.images import SelectionImages
from tf_advseg.selection.images import read_samples
from tf_advseg.selection.score_book import ScoreBook
from tf_advseg.selection.scorer import CandidateScorer
from tf_advseg.selection.views import VIEWS
from tf_advseg.selection.weight_mean import load_mean_of_weights
from tf_advseg.training.callbacks.weight_average import WeightAverage

MAP = np.array([[RED, RED, GREEN, BLUE], [RED, GREEN, GREEN, BLUE]], np.uint8)
LABEL = np.array([[RED, RED, GREEN, GREEN], [255, GREEN, GREEN, BLUE]])


def sample(class_map, label=None):
    return Sample("a", paint(class_map), label, class_map.shape)


@pytest.fixture
def images():
    return SelectionImages(
        target=[sample(MAP), sample(MAP[:1]), sample(MAP)],
        source=[sample(MAP, LABEL.astype(np.uint8))],
        prior=np.full(3, 1 / 3),
    )


def test_every_view_speaks_of_the_same_pixels(images):
    logits = predictions.compiled_logits(colour_segmenter())
    found = predictions.predict(logits, images)
    assert found.plain.shape == (8 + 4 + 8, 3)
    expected = np.concatenate([MAP, MAP[:1], MAP]).ravel()
    np.testing.assert_array_equal(found.plain.argmax(axis=1), expected)
    assert set(found.views) == set(VIEWS)
    # What a colour is does not depend on the side or on the hour.
    for name in ("flip", "photometric"):
        np.testing.assert_allclose(found.views[name], found.plain, atol=1e-5)
    assert found.views["scale"].shape == found.plain.shape


def test_source_is_judged_at_the_size_of_its_labels(images):
    logits = predictions.compiled_logits(colour_segmenter())
    found = predictions.predict(logits, images).source_confusion
    # Of 7 labelled pixels one green is seen as blue.
    np.testing.assert_array_equal(found, [[2, 0, 0], [0, 3, 1], [0, 0, 1]])


def test_large_images_keep_a_fixed_number_of_pixels(images, monkeypatch):
    monkeypatch.setattr(predictions, "MAX_PIXELS", 5)
    logits = predictions.compiled_logits(colour_segmenter())
    found = predictions.predict(logits, images)
    assert found.plain.shape == (5 + 4 + 5, 3)
    np.testing.assert_array_equal(found.plain[:5], found.plain[-5:])


def test_mean_of_weights_is_the_mean(tmp_path):
    files = [
        save_colour_segmenter(tmp_path / f"{k}.keras", factors=(k, 2.0, 0.0))
        for k in (1.0, 2.0, 6.0)
    ]
    segmenter = colour_segmenter()
    load_mean_of_weights(segmenter, files)
    kernel = segmenter.get_layer("main_logits").kernel.numpy()[0, 0]
    np.testing.assert_allclose(kernel, np.diag([3.0, 2.0, 0.0]), rtol=1e-6)


def test_both_weights_of_a_moment_are_partners(images, tmp_path):
    segmenter = colour_segmenter()
    average = WeightAverage(segmenter, decay=0.99)
    segmenter.get_layer("main_logits").kernel.assign(
        np.ones((1, 1, 3, 3), np.float32)
    )
    book = ScoreBook(tmp_path / "scores.json", {})
    scorer = CandidateScorer(segmenter, lambda: images, book)
    raw, ema = scorer.score_present(2, average)
    assert (raw.name, ema.name) == (
        "step_000002.keras",
        "step_000002_ema.keras",
    )
    first, second = book.scores[raw.name], book.scores[ema.name]
    assert first["entropy"] == pytest.approx(1)
    assert second["entropy"] == pytest.approx(0, abs=1e-6)
    assert first["average_agreement"] == second["average_agreement"]
    assert first["teacher_iou"] == second["teacher_iou"] < 1


def test_files_are_scored_as_the_present_weights_are(images, tmp_path):
    for name, factor in (("step_000002", 1.0), ("step_000002_ema", 0.01)):
        save_colour_segmenter(
            tmp_path / f"{name}.keras", factors=(factor, factor, 1.0)
        )
    book = ScoreBook(tmp_path / "scores.json", {})
    scorer = CandidateScorer(colour_segmenter(), lambda: images, book)
    told = []
    candidates = snapshots_in(tmp_path)
    scorer.score_files(candidates, tmp_path, told.append)
    assert told == candidates
    present = ScoreBook(tmp_path / "present.json", {})
    live = CandidateScorer(colour_segmenter(), lambda: images, present)
    live.score_present(2)
    one, other = book.scores[candidates[0].name], present.scores
    for name, value in other["step_000002.keras"].items():
        if name not in ("average_agreement", "teacher_iou"):
            assert one[name] == pytest.approx(value, rel=1e-6), name
    # What the book knows is not computed again.
    scorer.score_files(candidates, tmp_path, pytest.fail)


def test_views_without_a_vote_are_seen_when_they_are_asked_for(
    images, tmp_path
):
    for step, factor in ((1, 0.01), (2, 1.0)):
        path = tmp_path / f"step_{step:06d}.keras"
        save_colour_segmenter(path, factors=(factor, factor, 1.0))
    book = ScoreBook(tmp_path / "scores.json", {})
    frugal = CandidateScorer(
        colour_segmenter(), lambda: images, book, VOTING_VIEWS
    )
    candidates = snapshots_in(tmp_path)
    frugal.score_files(candidates, tmp_path)
    few = [book.scores[c.name] for c in candidates]
    assert not any("scale_agreement" in scores for scores in few)
    told = []
    full = CandidateScorer(colour_segmenter(), lambda: images, book)
    full.score_files(candidates, tmp_path, told.append)
    assert told == candidates
    every = [book.scores[c.name] for c in candidates]
    for some, more in zip(few, every, strict=True):
        assert set(more) - set(some) == {
            "scale_agreement",
            "photometric_agreement",
        }
        assert some.items() <= more.items()
    fused = [[one.fused for one in fuse(found)] for found in (few, every)]
    assert fused[0] == fused[1]
    # Who asks for less finds all that it wants.
    frugal.score_files(candidates, tmp_path, pytest.fail)


def test_the_mean_is_scored_without_a_partner(images, tmp_path):
    for step in (1, 2):
        save_colour_segmenter(tmp_path / f"step_{step:06d}.keras")
    book = ScoreBook(tmp_path / "scores.json", {})
    scorer = CandidateScorer(colour_segmenter(), lambda: images, book)
    scorer.score_mean(snapshots_in(tmp_path), tmp_path)
    scores = book.scores["mean_of_last_3.keras"]
    assert scores["average_agreement"] is None
    assert scores["teacher_iou"] is None
    assert scores["source_miou"] > 0


def test_target_images_are_read_without_their_labels():
    domain = ToyDomain(CLASSES, [paint(MAP)] * 5)
    samples = read_samples(domain, "val", 3, None, with_labels=False)
    assert [one.key for one in samples] == ["0", "1", "3"]
    assert samples[0].image.dtype == np.uint8
    assert samples[0].label is None
