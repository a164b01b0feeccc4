"""What `tf_advseg predict` does, once its flags are settings."""

import functools
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tf_advseg import prediction
from tf_advseg import starter
from tf_advseg.base.progress import Progress
from tf_advseg.experiment.data.model_domain import classes_of
from tf_advseg.export.artefacts.predictors import Stream
from tf_advseg.export.artefacts.predictors import TFLitePredictor
from tf_advseg.prediction import summary
from tf_advseg.prediction import video
from tf_advseg.prediction.model_choice import load_models
from tf_advseg.prediction.model_choice import views_told
from tf_advseg.prediction.stream import Fault
from tf_advseg.prediction.stream import Picture
from tf_advseg.settings.predict import PredictSettings


def run(settings: PredictSettings, write: Callable[[str], None] = print) -> int:
    """Predicts and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    if settings.runner == "beam":
        from tf_advseg.prediction.batch import (
            running as batch_prediction_command,
        )

        return batch_prediction_command.run(settings, write)
    # Everything that can be wrong fails before the model is loaded.
    kinds = prediction.parse_kinds(settings.save)
    out = Path(settings.out)
    taken: list[str] = []
    files = _find_files(settings.input, out, taken.append)
    prediction.check_outputs(files, out, kinds)
    if settings.is_starter:
        write(starter.ABOUT)
    model = _of_artefact(settings) if settings.exported else _of_keras(settings)
    total = len(files)
    if files[0].is_video:
        total = video.count_frames(files[0].path)
    result = prediction.predict_files(
        model.predict,
        files,
        out,
        kinds=kinds,
        palette=model.palette,
        size=model.size,
        progress=Progress(total),
    )
    summary.write_summary(
        out,
        {"models": list(settings.model_paths), **views_told(settings)},
        model.class_names,
        model.palette,
        result,
        with_entropy="entropy" in kinds,
    )
    write(f"Predicted {result.num_predicted} images into {out}.")
    for line in taken:
        write(line)
    return summary.report_skipped(result, write, " that cannot be read")


class _Model(NamedTuple):
    """What predicts, and what its numbers mean.

    Attributes:
        predict: Pictures in, predictions out, in order.
        size: (H, W) that pictures must have; None for any.
        class_names: C names.
        palette: One RGB colour (0-255) a class.
    """

    predict: Callable[[Iterable[Picture | Fault]], Stream]
    size: tuple[int, int] | None
    class_names: Sequence[str]
    palette: Sequence[Sequence[int]]


def _of_keras(settings: PredictSettings) -> _Model:
    loaded, size = load_models(settings)
    predict = functools.partial(
        prediction.predict_pictures,
        loaded.ensemble,
        with_entropy="entropy" in settings.save,
        batch_size=settings.batch_size,
    )
    return _Model(predict, size, loaded.class_names, loaded.palette)


def _of_artefact(settings: PredictSettings) -> _Model:
    found = TFLitePredictor(Path(settings.exported))
    classes = classes_of(found.facts)
    predict = functools.partial(found.stream, batch_size=settings.batch_size)
    return _Model(predict, found.size, classes.names, classes.palette)


def _find_files(where, out, write):
    """The inputs; the library for videos is looked for if it is needed."""
    if not where:
        raise ValueError(
            "Say what to predict: tf_advseg predict IMAGE, VIDEO, FOLDER or "
            "'PATTERN'."
        )
    files = prediction.find_inputs(where, out, write)
    if files[0].is_video:
        video.video_library()
    return files
