"""Scores of a run's snapshots, kept so that none is computed twice.

The book lies beside the snapshots. What changes a score beside the weights
(which images, how many) is written into it; a book of other conditions is
begun anew.
"""

import json
import logging
from collections.abc import Collection
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_advseg.base.files.atomic_file import write_text

_logger = logging.getLogger(__name__)

Scores = dict[str, float | None]


class ScoreBook:
    """Scores by the name of the snapshot's file.

    Args:
        path: The JSON file.
        conditions: Plain JSON values that the scores depend on.

    Attributes:
        scores: What is known so far.
    """

    def __init__(self, path: str | Path, conditions: Mapping[str, Any]):
        self.path = Path(path)
        self.conditions = dict(conditions)
        self.scores: dict[str, Scores] = {}
        if self.path.exists():
            self.scores = self._read()

    def put(self, scores: Mapping[str, Scores]) -> None:
        """Adds the scores of some snapshots and saves the book."""
        self.scores.update(scores)
        self._save()

    def keep(self, names: Collection[str]) -> None:
        """Forgets all others; writes only if there are any."""
        kept = {k: v for k, v in self.scores.items() if k in names}
        if len(kept) < len(self.scores):
            self.scores = kept
            self._save()

    def _read(self) -> dict[str, Scores]:
        """What is known; nothing of a book that is of no use."""
        try:
            record = json.loads(self.path.read_text(encoding="utf-8"))
            is_ours = record["conditions"] == self.conditions
            found = {k: dict(v) for k, v in record["scores"].items()}
            values = [v for scores in found.values() for v in scores.values()]
            if not all(isinstance(v, int | float | None) for v in values):
                raise TypeError
            return found if is_ours else {}
        # The last of brackets that are nested a thousand times.
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ):
            _logger.warning("%s is damaged; it is begun anew.", self.path)
            return {}

    def _save(self) -> None:
        record = {"conditions": self.conditions, "scores": self.scores}
        write_text(self.path, json.dumps(record, indent=1) + "\n")
