"""The candidates of one run: scored on its domains, one of them chosen.

In training each moment is scored as it comes; what is missing at the end, or
of a run made before, is scored from the snapshots' files.
"""

import functools
import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path

import keras

from tf_advseg.base.files import checksums
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.datasets.files.evaluation_samples import Sample
from tf_advseg.datasets.files.evaluation_samples import evaluation_samples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.experiment import making
from tf_advseg.experiment.choosing.damaged_snapshots import choose_of_whole
from tf_advseg.experiment.choosing.damaged_snapshots import parts_of
from tf_advseg.experiment.choosing.selection_data import conditions
from tf_advseg.experiment.choosing.selection_data import image_counts
from tf_advseg.experiment.choosing.selection_data import selection_images
from tf_advseg.experiment.making import Domains
from tf_advseg.networks.model_file import BEST_FILE
from tf_advseg.networks.model_file import copy_segmenter
from tf_advseg.networks.model_file import load_weights
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.selection.candidates import MEAN
from tf_advseg.selection.candidates import RAW
from tf_advseg.selection.candidates import SNAPSHOTS
from tf_advseg.selection.candidates import Candidate
from tf_advseg.selection.candidates import last_raw
from tf_advseg.selection.candidates import mean_of
from tf_advseg.selection.candidates import snapshots_in
from tf_advseg.selection.choice import BY_FUSED
from tf_advseg.selection.choice import Choice
from tf_advseg.selection.choice import choose
from tf_advseg.selection.fused_rank import VOTING_VIEWS
from tf_advseg.selection.images import kept_if_small
from tf_advseg.selection.score_book import ScoreBook
from tf_advseg.selection.score_book import Scores
from tf_advseg.selection.scorer import CandidateScorer
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.callbacks.weight_average import WeightAverage

SELECTION_FILE = "selection.json"


class RunSelection:
    """Scores and chooses.

    Args:
        settings: Of the run, `settings.run` its folder.
        domains: Of the run.
        segmenter: The run's network. `choose` replaces its weights.
        out: Where results go; default: the run's folder.
        views: Of images; what the choice does not need takes time.
    """

    def __init__(
        self,
        settings: TrainSettings,
        domains: Domains,
        segmenter: keras.Model,
        out: str | Path | None = None,
        views: Sequence[str] = VOTING_VIEWS,
    ):
        self.settings = settings
        self.domains = domains
        self.segmenter = segmenter
        self.out = Path(out or settings.run)
        self.folder = Path(settings.run) / SNAPSHOTS
        self._mean_folder = self.out / SNAPSHOTS
        self.book = ScoreBook(
            self._mean_folder / "scores.json", conditions(settings, domains)
        )
        size = making.evaluation_size(settings)
        self.mious = ScoreBook(
            self._mean_folder / "mious.json",
            {
                "target": settings.target,
                "split": settings.eval_split,
                "size": list(size) if size else None,
            },
        )
        read = functools.partial(selection_images, settings, domains)
        self.scorer = CandidateScorer(segmenter, read, self.book, views)

    def score_moment(
        self, step: int, average: WeightAverage | None
    ) -> dict[str, float]:
        """Scores the present weights; returns numbers for the log.

        The average's are called `selection_ema/NAME`.
        """
        numbers = {}
        for candidate in self.scorer.score_present(step, average):
            is_raw = candidate.weights == RAW
            prefix = "selection" if is_raw else "selection_ema"
            scores = self.book.scores[candidate.name]
            numbers |= {
                f"{prefix}/{name}": value
                for name, value in scores.items()
                if value is not None
            }
        return numbers

    def moments_since_best(self) -> int:
        """How many moments were scored after that of the best one so far."""
        known = [
            candidate
            for candidate in snapshots_in(self.folder)
            if candidate.name in self.book.scores
        ]
        if not known:
            return 0
        best = self._choice(known, [None] * len(known), BY_FUSED).candidate
        return len({c.step for c in known if c.step > best.step})

    def scores_around(self, step: int) -> tuple[Scores | None, list[Scores]]:
        """Of raw weights: the last scores up to a step, and all after it."""
        known = [
            (candidate.step, self.book.scores[candidate.name])
            for candidate in snapshots_in(self.folder)
            if candidate.weights == RAW and candidate.name in self.book.scores
        ]
        before = [scores for made, scores in known if made <= step]
        later = [scores for made, scores in known if made > step]
        return (before[-1] if before else None), later

    def forget_after(self, step: int) -> None:
        """Drops moments that will be made again, and their scores.

        A run that was taken back may not reach them a second time.
        """
        for later in snapshots_in(self.folder):
            if later.step > step:
                (self.folder / later.name).unlink()
        kept = [c.name for c in snapshots_in(self.folder)]
        self.book.keep(kept)
        self.mious.keep(kept)

    def choose(
        self,
        chooser: str = BY_FUSED,
        with_labels: bool = False,
        write: Callable[[str], None] = lambda text: None,
    ) -> Choice | None:
        """Scores what is not scored yet and takes one candidate.

        A snapshot that is damaged is left out: the others are a choice still.

        Args:
            chooser: "fused", "last" or "labels".
            with_labels: Whether each candidate's mIoU on the evaluation split
                is computed too.
            write: Told of each candidate that is computed or left out.

        Returns:
            The choice; None if the run keeps no snapshots that can be read.

        Raises:
            ValueError: If labels are asked for and there are none.
        """
        return choose_of_whole(
            snapshots_in(self.folder),
            self.folder,
            lambda left: self._choose_among(left, chooser, with_labels, write),
            write,
        )

    def _choose_among(
        self, snapshots: list[Candidate], chooser: str, with_labels, write
    ) -> Choice:
        """Of snapshots that seem whole; raises `DamagedModel` if one is not."""
        self.scorer.score_files(
            snapshots, self.folder, lambda c: write(f"Scoring {c.name}")
        )
        candidates = snapshots + self._with_mean(snapshots)
        mious = [None] * len(candidates)
        if with_labels:
            mious = self._mious(candidates, write)
        choice = self._choice(candidates, mious, chooser)
        if choice.candidate.weights != MEAN:
            # Known scores say nothing of what lies in the file by now.
            load_weights(self.segmenter, self._path(choice.candidate))
        return choice

    def publish(self, choice: Choice) -> None:
        """Writes selection.json and the chosen model as best.keras."""
        images = image_counts(self.settings, self.domains)
        text = json.dumps(choice.record(images), indent=1)
        why = {"chosen_by": choice.chosen_by}
        why["chosen_from"] = choice.candidate.file
        copy_segmenter(self._path(choice.candidate), self.out / BEST_FILE, why)
        checksums.record(self.out / BEST_FILE)
        write_text(self.out / SELECTION_FILE, text + "\n")

    def _choice(self, candidates, mious, chooser) -> Choice:
        scores = [self.book.scores[c.name] for c in candidates]
        return choose(candidates, scores, mious, chooser)

    def _with_mean(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Makes the mean of the last snapshots a candidate; [] of only one."""
        parts = last_raw(candidates)
        if len(parts) < 2:
            return []
        mean = mean_of(parts)
        path, names = self._path(mean), [part.name for part in parts]
        if self.scorer.knows(mean) and parts_of(path) == names:
            return [mean]
        self.scorer.score_mean(parts, self.folder)
        facts = read_metadata(self.folder / parts[-1].name)
        facts |= {"weights": MEAN, "mean_of": names}
        save_segmenter(self.segmenter, path, facts)
        self.mious.keep(set(self.mious.scores) - {mean.name})
        return [mean]

    def _mious(self, candidates, write) -> list[float | None]:
        """Of each candidate on the target's labels, 0-1."""
        missing = [c for c in candidates if c.name not in self.mious.scores]
        samples = self._labelled_samples() if missing else ()
        for candidate in missing:
            write(f"Evaluating {candidate.name}")
            miou = self.scorer.miou(self._path(candidate), samples)
            self.mious.put({candidate.name: {"miou": miou}})
        return [self.mious.scores[c.name]["miou"] for c in candidates]

    def _labelled_samples(self) -> Iterable[Sample]:
        """All of the evaluation split."""
        samples = evaluation_samples(
            self.domains.target,
            self.settings.eval_split,
            making.evaluation_size(self.settings),
            FaultLog(),
        )
        return kept_if_small(samples)

    def _path(self, candidate: Candidate) -> Path:
        is_mean = candidate.weights == MEAN
        return (self._mean_folder if is_mean else self.folder) / candidate.name
