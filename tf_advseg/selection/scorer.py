"""Scores candidates: present weights in training, or files afterwards.

The two weights of one moment, raw and averaged, are scored together, since
one score is how well they agree.
"""

import itertools
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path

import keras

from tf_advseg.base.conventions import MAIN
from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.metrics import iou as metrics
from tf_advseg.networks.keras_types import outputs_of
from tf_advseg.networks.model_file import load_weights
from tf_advseg.selection.candidates import EMA
from tf_advseg.selection.candidates import RAW
from tf_advseg.selection.candidates import Candidate
from tf_advseg.selection.candidates import mean_of
from tf_advseg.selection.candidates import snapshot
from tf_advseg.selection.images import SelectionImages
from tf_advseg.selection.predictions import Predictions
from tf_advseg.selection.predictions import compiled_logits
from tf_advseg.selection.predictions import confusion
from tf_advseg.selection.predictions import predict
from tf_advseg.selection.score_book import ScoreBook
from tf_advseg.selection.scores.table import agreement_with
from tf_advseg.selection.scores.table import score
from tf_advseg.selection.views import VIEWS
from tf_advseg.selection.weight_mean import load_mean_of_weights
from tf_advseg.training.callbacks.weight_average import WeightAverage


class CandidateScorer:
    """Writes the scores of candidates into a book.

    Args:
        segmenter: The network; scoring files replaces its weights.
        read_images: Reads the images; called when they are first needed.
        book: What is known already.
        views: Whose agreements are computed; see `views.VIEWS`.
    """

    def __init__(
        self,
        segmenter: keras.Model,
        read_images: Callable[[], SelectionImages],
        book: ScoreBook,
        views: Sequence[str] = tuple(VIEWS),
    ):
        self.book = book
        self._views = views
        self._segmenter = segmenter
        self._read_images = read_images
        self._images: SelectionImages | None = None
        self._logits = compiled_logits(segmenter)

    def score_present(
        self, step: int, average: WeightAverage | None = None
    ) -> list[Candidate]:
        """Scores the present weights and their average as that step's."""
        found = {snapshot(step, RAW): self._predict()}
        if average:
            with average.applied():
                found[snapshot(step, EMA)] = self._predict()
        self._write(found)
        return list(found)

    def score_files(
        self,
        candidates: Sequence[Candidate],
        folder: Path,
        tell: Callable[[Candidate], None] = lambda candidate: None,
    ) -> None:
        """Scores those snapshots, sorted by step, that the book lacks.

        Args:
            candidates: Raw and averaged ones.
            folder: Where their files are.
            tell: Called before each one.

        Raises:
            DamagedModel: If a file cannot be read.
        """
        for _, moment in itertools.groupby(candidates, lambda c: c.step):
            moment = list(moment)
            if all(self.knows(c) for c in moment):
                continue
            found = {}
            for candidate in moment:
                tell(candidate)
                load_weights(self._segmenter, folder / candidate.name)
                found[candidate] = self._predict()
            self._write(found)

    def knows(self, candidate: Candidate) -> bool:
        """Whether the book has all scores that this scorer computes."""
        known = self.book.scores.get(candidate.name)
        wanted = map(agreement_with, self._views)
        return known is not None and all(name in known for name in wanted)

    def score_mean(self, parts: Sequence[Candidate], folder: Path) -> None:
        """Scores the mean of the weights of files; they stay loaded."""
        files = [folder / part.name for part in parts]
        load_mean_of_weights(self._segmenter, files)
        self._write({mean_of(parts): self._predict()})

    def miou(self, file: Path, samples: Iterable[Sample]) -> float:
        """Of the weights in a file on labelled samples, 0-1."""
        load_weights(self._segmenter, file)
        num_classes = outputs_of(self._segmenter)[MAIN].shape[-1]
        return metrics.mean_iou(confusion(self._logits, samples, num_classes))

    def _seen(self) -> SelectionImages:
        if self._images is None:
            self._images = self._read_images()
        return self._images

    def _predict(self) -> Predictions:
        return predict(self._logits, self._seen(), self._views)

    def _write(self, found: dict[Candidate, Predictions]) -> None:
        """Scores candidates of one moment, two of them as partners."""
        scores = {}
        for candidate, predictions in found.items():
            others = [p for c, p in found.items() if c != candidate]
            partner = others[0] if others else None
            scores[candidate.name] = score(
                predictions, self._seen().prior, partner
            )
        self.book.put(scores)
