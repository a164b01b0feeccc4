"""Evaluates segmenters on a labelled split, as the papers' programs do.

Each image is resized to the evaluation size (Pillow, bicubic), its logits go
straight to the size of its own label, and one confusion matrix counts every
pixel of the split. Images stream through: memory does not grow with their
number.
"""

from collections.abc import Sequence

import keras
import numpy as np

from tf_advseg.base.progress import Progress
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import evaluation_samples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.predicted_samples import check_same_classes
from tf_advseg.evaluation.predicted_samples import predicted_samples
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.metrics import iou as metrics
from tf_advseg.networks.ensemble import Ensemble


def evaluate_segmenter(
    segmenters: Sequence[keras.Model],
    domain: Domain,
    split: str,
    *,
    size: tuple[int, int] | None,
    weights: Sequence[float] | None = None,
    combine: str = "logits",
    batch_size: int = 1,
    faults: FaultLog | None = None,
) -> Evaluation:
    """Evaluates one segmenter, or the ensemble of several.

    Args:
        segmenters: Models with the outputs of `networks.decoders.deeplab`.
        domain: Its labels are the truth.
        split: A split that has labels.
        size: (H, W) images are resized to; None keeps each image's own.
            Cityscapes results of the papers use (512, 1024).
        weights: One a segmenter; equal by default.
        combine: "logits" or "probabilities", see `tf_advseg.networks.ensemble`.
        batch_size: How many neighbouring images of equal sizes go through
            the networks at once; no influence on the result.
        faults: Where corrupt samples are counted and left out. None raises
            at the first: a score must not quietly be about fewer images.

    Returns:
        The confusion matrix and what follows from it.

    Raises:
        ValueError: If the split has no labels, or the segmenters have other
            classes than the domain.
        DataError: If a sample is corrupt, or, with `faults`, too many are.
    """
    ensemble = Ensemble(segmenters, weights, combine)
    return evaluate_ensemble(
        ensemble, domain, split, size=size, batch_size=batch_size, faults=faults
    )


def evaluate_ensemble(
    ensemble: Ensemble,
    domain: Domain,
    split: str,
    *,
    size: tuple[int, int] | None,
    batch_size: int = 1,
    faults: FaultLog | None = None,
    progress: Progress | None = None,
    share: slice = slice(None),
) -> Evaluation:
    """As `evaluate_segmenter`, for an ensemble that is kept.

    A training loop that evaluates again and again keeps one `Ensemble`: its
    graph is traced once and always reads the current weights. `progress` is
    told of each image; `share` takes some images of the split only.
    """
    class_set = domain.class_set
    check_same_classes(ensemble, domain)
    if not domain.has_labels(split):
        raise ValueError(
            f"Split {split!r} of {domain.name!r} has no labels to evaluate "
            "against. Choose a labelled split, or look at entropies and "
            "class shares with `tf_advseg.evaluation.observation.observe`."
        )
    confusion = np.zeros((class_set.num_classes,) * 2, np.int64)
    num_images = 0
    samples = evaluation_samples(domain, split, size, faults, share)

    def predict(images, size):
        return (ensemble.predict_classes(images, size),)

    for sample, (classes,) in predicted_samples(
        predict, samples, batch_size=batch_size, progress=progress
    ):
        confusion += metrics.confusion_matrix(
            sample.label, classes, class_set.num_classes
        )
        num_images += 1
    return Evaluation(
        domain=domain.name,
        split=split,
        size=size,
        class_names=class_set.names,
        confusion=confusion,
        num_images=num_images,
        faults=dict(faults.faults) if faults else {},
    )
