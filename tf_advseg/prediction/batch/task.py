"""What a worker has to know to predict a shard, in plain values."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.networks.model_file import segmenter_file
from tf_advseg.networks.views import PLAIN
from tf_advseg.networks.views import View
from tf_advseg.networks.views import Window
from tf_advseg.prediction import PredictionWriter
from tf_advseg.prediction import predict_pictures
from tf_advseg.prediction import read_pictures
from tf_advseg.prediction import write_all
from tf_advseg.prediction.batch.shards import Shard
from tf_advseg.prediction.batch.shards import ShardResult


@dataclasses.dataclass(frozen=True)
class PredictionTask:
    """One large prediction; travels to workers, holds no network.

    Args:
        models: `.keras` files or folders of runs.
        weights: One a model, or None for equal ones.
        combine: "logits" or "probabilities".
        size: (H, W) images are resized to; None keeps each image's own;
            "file" takes what the models' files say.
        kinds: Of `tf_advseg.prediction.KINDS`.
        out: The folder to write to; every worker must reach it.
        batch_size: How many neighbours of equal sizes go through at once.
        views: What each model is shown of an image.
        window: What it is shown each view through.
    """

    models: tuple[str, ...]
    weights: tuple[float, ...] | None
    combine: str
    size: tuple[int, int] | str | None
    kinds: tuple[str, ...]
    out: str
    batch_size: int = 1
    views: tuple[View, ...] = PLAIN
    window: Window | None = None

    def key(self) -> str:
        """Returns all that outputs depend on, with the models' contents.

        The batch size is not part of it: batches do not change outputs.
        """
        facts: dict[str, Any] = dataclasses.asdict(self)
        del facts["models"], facts["out"], facts["batch_size"]
        if self.window is None:  # As it was before there were windows.
            del facts["window"]
        facts["models"] = [_file_hash(segmenter_file(p)) for p in self.models]
        return json.dumps(facts, sort_keys=True)

    def load(self) -> LoadedEnsemble:
        """Loads the models.

        Raises:
            ValueError: If they cannot be loaded or do not agree.
        """
        same_size = self.size == "file"
        return load_ensemble(
            self.models,
            self.weights,
            self.combine,
            same_size,
            self.views,
            self.window,
        )

    def predict(self, loaded: LoadedEnsemble, shard: Shard) -> ShardResult:
        """Predicts a shard, writes its outputs and, last, its record."""
        size = self.size
        if isinstance(size, str):
            size = loaded.image_size
        out = Path(self.out)
        writer = PredictionWriter(out, self.kinds, loaded.palette)
        predictions = predict_pictures(
            loaded.ensemble,
            read_pictures(shard.files, size),
            with_entropy="entropy" in self.kinds,
            batch_size=self.batch_size,
        )
        run = write_all(writer, predictions)
        result = ShardResult(shard.id, run.num_predicted, run.faults)
        result.write(out)
        return result


def _file_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def task_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """Returns kinds in one order, so that it does not make another shard."""
    return tuple(sorted(set(kinds)))
