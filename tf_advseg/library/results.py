"""What a model says about many images, one after the other."""

import logging
import os
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tf_advseg import prediction
from tf_advseg.library.images import Item
from tf_advseg.library.images import find_items
from tf_advseg.library.result import Result
from tf_advseg.library.result import check_is_no_file
from tf_advseg.prediction import summary
from tf_advseg.prediction.inputs import InputFile
from tf_advseg.prediction.stream import Fault
from tf_advseg.prediction.stream import Prediction

_logger = logging.getLogger(__name__)

Predict = Callable[[Iterable[Item]], Iterator[Prediction | Fault]]


class Results:
    """Results of many images, made when they are asked for.

    A handful is in memory at once, however many images there are. Walked
    again, they are made again; `list(results)` keeps them all.

    Attributes:
        faults: The images that the last walk met and could not read, and why.
            Each is told in a warning and left out.
    """

    def __init__(
        self,
        images: Any,
        predict: Predict,
        class_names: tuple[str, ...],
        palette: tuple[tuple[int, int, int], ...],
        about: str,
    ):
        self.faults: dict[str, str] = {}
        self._images = images
        self._items = find_items(images)
        self._predict = predict
        self._class_names = class_names
        self._palette = palette
        self._about = about

    def __iter__(self) -> Iterator[Result]:
        self.faults = {}
        for found in self._predict(self._items):
            if isinstance(found, Fault):
                self.faults[found.name] = found.reason
                _logger.warning("Skipped an image: %s", found.reason)
            else:
                yield Result(found, self._class_names, self._palette)

    def save(
        self, folder: str | os.PathLike, kinds: str = "classes,overlay"
    ) -> prediction.PredictionRun:
        """Writes all that `tf_advseg predict` writes; walks once.

        Frames of a video become pictures; that command makes a video of them.

        Args:
            folder: Is made; what an earlier run wrote is replaced, and not
                read as an input.
            kinds: Of classes, ids, overlay and entropy, separated by commas.

        Returns:
            How many images were predicted, and which could not be read.

        Raises:
            ValueError: If a kind does not exist.
            DataError: If two outputs would have one name, or an output would
                overwrite an input.
        """
        out, chosen = Path(folder), prediction.parse_kinds(kinds)
        check_is_no_file(out)
        items = self._items
        if isinstance(self._images, str | Path):
            items = find_items(self._images, leave_out=out)
        files = [item for item in items if isinstance(item, InputFile)]
        prediction.check_outputs(files, out, chosen)
        writer = prediction.PredictionWriter(out, chosen, self._palette)
        run = prediction.write_all(writer, self._predict(items))
        self.faults = dict(run.faults)
        summary.write_summary(
            out,
            {"models": [self._about]},
            self._class_names,
            self._palette,
            run,
            with_entropy="entropy" in chosen,
        )
        return run

    def __repr__(self) -> str:
        return (
            f"Results of {len(self._items)} inputs: walk them (for result in "
            "results), or .save(folder)"
        )
