"""A loaded model: call it with images, evaluate it, export it."""

import os
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.commands import export as export_command
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import check_counted
from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.experiment.data.model_domain import check_same_classes
from tf_advseg.experiment.data.model_domain import classes_of
from tf_advseg.experiment.data.model_domain import make_model_domain
from tf_advseg.export.artefacts.placing import output_folder
from tf_advseg.export.artefacts.predictors import KerasPredictor
from tf_advseg.export.artefacts.predictors import Predictor
from tf_advseg.library import cards
from tf_advseg.library.images import find_items
from tf_advseg.library.images import is_one
from tf_advseg.library.images import pictures
from tf_advseg.library.result import Result
from tf_advseg.library.results import Results
from tf_advseg.prediction.stream import Fault
from tf_advseg.settings.export import ExportSettings


class Model:
    """A trained or exported segmenter; `tf_advseg.load` makes it.

    Args:
        path: Where it was loaded from.
        predictor: What predicts.

    Attributes:
        class_names: C names, in the order of the train ids.
        palette: One RGB colour (0-255) a class.
        image_size: (H, W) that images are resized to for the network; None
            keeps each image's own. Results have the image's own size always.
        facts: All that the file says of itself.

    Raises:
        ValueError: If its classes make no sense.
    """

    def __init__(self, path: Path, predictor: Predictor):
        self._predictor = predictor
        classes = classes_of(predictor.facts)
        self.path = path
        self.facts = predictor.facts
        self.class_names, self.palette = classes.names, classes.palette
        size = self.facts.get("image_size") or self.facts.get("size")
        self.image_size = tuple(size) if size else None

    def __call__(self, images: Any, *, batch_size: int = 1) -> Result | Results:
        """Predicts an image, or many.

        Args:
            images: A file, an array uint8 `(H, W, 3)`, RGB, or a Pillow
                image. Or many: a folder with its subfolders, a pattern in
                quotes, a video, a list of the former, or an array
                `(B, H, W, 3)`.
            batch_size: How many neighbours of equal sizes go through the
                network at once; no influence on the result.

        Returns:
            A `Result`; of many a `Results`, which makes them one by one.

        Raises:
            DataError: If there is no such image, or it cannot be read.
        """

        def predict(items):
            size = self._predictor.size
            return self._predictor.stream(pictures(items, size), batch_size)

        if not is_one(images):
            return Results(
                images, predict, self.class_names, self.palette, str(self.path)
            )
        (found,) = predict(find_items(images))
        if isinstance(found, Fault):
            raise DataError(found.reason)
        return Result(found, self.class_names, self.palette)

    def evaluate(
        self,
        domain: Domain | str | os.PathLike,
        split: str = "val",
        *,
        classes: str | os.PathLike = "",
        batch_size: int = 1,
    ) -> Evaluation | Measurement:
        """Compares with the labels of a split, as `tf_advseg evaluate` does.

        Args:
            domain: A folder, a registered name, or a domain.
            split: Which of its splits.
            classes: A class map file; by default the folder's `classes.yaml`,
                or else the model's ids.
            batch_size: As in a call.

        Returns:
            An `Evaluation`, with `.miou`, `.iou` and `.table()`; of a split
            without labels a `Measurement`, with entropies and shares.

        Raises:
            ValueError: If there is no such domain or split, or its classes
                are others.
            DataError: If too many images are corrupt.
        """
        if isinstance(domain, Domain):
            check_same_classes(domain, classes_of(self.facts))
        else:
            domain = make_model_domain(
                os.fspath(domain), os.fspath(classes), [self.facts]
            )
        found = self._predictor.evaluation(
            domain, split, batch_size=batch_size, faults=FaultLog()
        )
        check_counted(found, domain, split)
        return found

    def export(
        self, out: str | os.PathLike = "", *, formats: str = "", **flags: Any
    ) -> Path:
        """Exports it, as `tf_advseg export` does, gate and all.

        Args:
            out: The folder; `export/` in the run or beside the file by
                default.
            formats: "saved_model,tflite_int8" say; the command's by default.
            **flags: Others of that command, `target="photos"` say. A file
                that lies in no run needs `source` and `target`.

        Returns:
            The folder, which `tf_advseg.load` takes.

        Raises:
            ValueError: If it is exported already, a flag is wrong, or the
                gate refused a file; the others are published then.
        """
        if not isinstance(self._predictor, KerasPredictor):
            raise ValueError(
                f"{str(self.path)!r} is exported already; load the run or the "
                ".keras file that it was made of."
            )
        where = "run" if self.path.is_dir() else "model"
        flags |= {"formats": formats} if formats else {}
        settings = ExportSettings(
            **{where: str(self.path)}, out=os.fspath(out), **flags
        )
        lines: list[str] = []

        def write(text: str) -> None:
            lines.append(text)
            print(text)

        if export_command.run(settings, write):
            refused = [one for one in lines if one.startswith("REFUSED: ")]
            raise ValueError(" ".join(refused))
        return output_folder(settings)

    def __repr__(self) -> str:
        return (
            f"Model({str(self.path)!r}, {self._predictor.kind}, "
            f"{len(self.class_names)} classes)"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows: a card of facts."""
        return cards.model_card(
            str(self.path),
            cards.facts_of(self._predictor.kind, self.image_size, self.facts),
            self.class_names,
            self.palette,
        )
