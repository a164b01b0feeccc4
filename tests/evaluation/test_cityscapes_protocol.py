"""Our numbers against the benchmark's own scripts on the same predictions.

Needs `pip install cityscapesscripts`, which the project itself does not.
"""

import numpy as np
import pytest
from PIL import Image

from tf_advseg.datasets.classes.class_subsets import CITYSCAPES_16
from tf_advseg.datasets.classes.class_subsets import CITYSCAPES_19
from tf_advseg.metrics import iou as metrics
from tf_advseg.metrics import text as metric_text

scripts = pytest.importorskip(
    "cityscapesscripts.evaluation.evalPixelLevelSemanticLabeling"
)
labels = pytest.importorskip("cityscapesscripts.helpers.labels")

IDS = np.array([labels.name2label[name].id for name in CITYSCAPES_19])


def _scene(rng, absent):
    """Raw label ids and predicted train ids of one image, in patches."""
    raw = rng.choice(np.arange(34), (8, 16))
    raw[np.isin(raw, IDS[absent])] = 0
    raw = np.kron(raw, np.ones((4, 4), int)).astype(np.uint8)
    truth = np.full(raw.shape, 255, np.uint8)
    for train_id, label_id in enumerate(IDS):
        truth[raw == label_id] = train_id
    guess = rng.choice(np.setdiff1d(np.arange(19), absent), raw.shape)
    right = (rng.random(raw.shape) < 0.6) & (truth != 255)
    return raw, truth, np.where(right, truth, guess).astype(np.uint8)


def _score_with_scripts(folder, scenes, monkeypatch):
    files = []
    for index, (raw, _, predicted) in enumerate(scenes):
        pair = (folder / f"{index}_pred.png", folder / f"{index}_labelIds.png")
        Image.fromarray(IDS[predicted].astype(np.uint8)).save(pair[0])
        Image.fromarray(raw).save(pair[1])
        files.append([str(path) for path in pair])
    for name in ("evalInstLevelScore", "evalPixelAccuracy", "JSONOutput"):
        monkeypatch.setattr(scripts.args, name, False)
    monkeypatch.setattr(scripts.args, "quiet", True)
    predictions, truths = zip(*files, strict=True)
    found = scripts.evaluateImgLists(predictions, truths, scripts.args)
    return found["classScores"], found["averageScoreClasses"]


@pytest.mark.parametrize("absent", [[], [14, 16]])
def test_every_printed_digit_is_the_benchmarks(tmp_path, monkeypatch, absent):
    rng = np.random.default_rng(0)
    scenes = [_scene(rng, absent) for _ in range(3)]
    scores, average = _score_with_scripts(tmp_path, scenes, monkeypatch)
    confusion = sum(metrics.confusion_matrix(*s[1:], 19) for s in scenes)
    for name, iou in zip(
        CITYSCAPES_19, metrics.iou_per_class(confusion), strict=True
    ):
        assert metric_text.percent(iou) == metric_text.percent(scores[name])
        assert np.isnan(iou) == (CITYSCAPES_19.index(name) in absent)
    assert metrics.mean_iou(confusion) == pytest.approx(average, abs=1e-12)
    subset = np.nanmean([scores[name] for name in CITYSCAPES_16])
    found = metrics.subset_mean_iou(confusion, CITYSCAPES_19, CITYSCAPES_16)
    assert found == pytest.approx(subset, abs=1e-12)
