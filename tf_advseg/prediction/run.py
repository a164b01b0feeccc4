"""Predicts many files: reads, predicts and writes at the same time."""

import dataclasses
import logging
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from tf_advseg.base.bounded_map import bounded_map
from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.prediction import video
from tf_advseg.prediction.inputs import InputFile
from tf_advseg.prediction.outputs import PredictionWriter
from tf_advseg.prediction.outputs import check_outputs
from tf_advseg.prediction.stream import Fault
from tf_advseg.prediction.stream import Picture
from tf_advseg.prediction.stream import Prediction
from tf_advseg.prediction.stream import read_pictures

_logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class PredictionRun:
    """How a run of `predict_files` ended.

    Attributes:
        num_predicted: How many images or frames were predicted.
        faults: The name of each input that was skipped, and why.
    """

    num_predicted: int
    faults: dict[str, str]


def predict_files(
    predict: Callable[
        [Iterable[Picture | Fault]], Iterator[Prediction | Fault]
    ],
    files: Sequence[InputFile],
    out: Path,
    *,
    kinds: Sequence[str],
    palette: Sequence[Sequence[int]],
    size: tuple[int, int] | None,
    progress: Progress | None = None,
) -> PredictionRun:
    """Predicts images, or one video, and writes the outputs below `out`.

    A corrupt image is named in a warning, skipped and counted. Inputs are
    never overwritten.

    Args:
        predict: Makes predictions of pictures, in order, with entropies if
            they are among the kinds; `predict_pictures` say.
        files: From `find_inputs`.
        out: The folder to write to.
        kinds: Of `places.KINDS`.
        palette: One RGB colour a class.
        size: (H, W) images are resized to; None keeps each image's own.
        progress: Told of each image or frame.

    Raises:
        DataError: If outputs would meet each other or an input, or a video
            cannot be read.
    """
    check_outputs(files, out, kinds)
    progress = progress or Progress(len(files))
    if not files[0].is_video:
        writer = PredictionWriter(out, kinds, palette)
        pictures = read_pictures(files, size)
        return write_all(writer, predict(pictures), progress)
    (film,) = files
    fps = video.frame_rate(film.path)
    times: list[float] = []
    frames = video.read_frames(film.path, film.name, size, times)
    with video.VideoPredictionWriter(
        out, film.name, kinds, palette, fps, times
    ) as writer:
        # One worker: frames must reach the encoder in their order.
        return write_all(writer, predict(frames), progress, workers=1)


def write_all(
    writer: PredictionWriter | video.VideoPredictionWriter,
    predictions: Iterable[Prediction | Fault],
    progress: Progress | None = None,
    workers: int = 2,
) -> PredictionRun:
    """Writes predictions, with one worker in their order."""

    def write(prediction):
        if isinstance(prediction, Fault):
            return prediction
        return writer.write(prediction)

    written = bounded_map(write, predictions, workers=workers)
    done, faults = without_faults(written, progress)
    return PredictionRun(len(done), faults)


def without_faults(
    results: Iterable, progress: Progress | None = None
) -> tuple[list, dict[str, str]]:
    """Returns results, and the reason of each `Fault` by its name.

    A fault is told in a warning when it comes; `progress` hears of all.
    """
    good, faults = [], {}
    for result in watched(results, progress):
        if isinstance(result, Fault):
            faults[result.name] = result.reason
            _logger.warning("Skipped an image: %s", result.reason)
        else:
            good.append(result)
    return good, faults
