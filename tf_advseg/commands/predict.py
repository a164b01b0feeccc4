"""What `tf_advseg predict` does, once its flags are settings."""

from collections.abc import Callable
from pathlib import Path

from tf_advseg import prediction
from tf_advseg.base.progress import Progress
from tf_advseg.prediction import summary
from tf_advseg.prediction import video
from tf_advseg.prediction.model_choice import load_models
from tf_advseg.prediction.model_choice import views_told
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
    loaded, size = load_models(settings)
    total = len(files)
    if files[0].is_video:
        total = video.count_frames(files[0].path)
    result = prediction.predict_files(
        loaded.ensemble,
        files,
        out,
        kinds=kinds,
        palette=loaded.palette,
        size=size,
        batch_size=settings.batch_size,
        progress=Progress(total),
    )
    summary.write_summary(
        out,
        {"models": list(settings.model_paths), **views_told(settings)},
        loaded.class_names,
        loaded.palette,
        result,
        with_entropy="entropy" in kinds,
    )
    write(f"Predicted {result.num_predicted} images into {out}.")
    for line in taken:
        write(line)
    return summary.report_skipped(result, write, " that cannot be read")


def _find_files(where, out, write):
    """The inputs; the library for videos is looked for if it is needed."""
    if not where:
        raise ValueError(
            "Say what to predict: --input=IMAGE, VIDEO, FOLDER or 'PATTERN'."
        )
    files = prediction.find_inputs(where, out, write)
    if files[0].is_video:
        video.video_library()
    return files
