"""Sends many images to a model server and writes what comes back."""

import dataclasses
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from tf_advseg.base.bounded_map import bounded_map
from tf_advseg.base.checks import DataError
from tf_advseg.base.progress import Progress
from tf_advseg.export.client import answers
from tf_advseg.export.client.encoding import encode
from tf_advseg.export.client.retry import retrying
from tf_advseg.export.client.service import MEGABYTE
from tf_advseg.export.client.service import Service
from tf_advseg.export.serving import signatures
from tf_advseg.prediction import Fault
from tf_advseg.prediction import InputFile
from tf_advseg.prediction import PredictionRun
from tf_advseg.prediction import PredictionWriter
from tf_advseg.prediction import without_faults


@dataclasses.dataclass(frozen=True)
class RemoteRun(PredictionRun):
    """How a run of `predict_remotely` ended.

    Attributes:
        mean_entropy: Normalised entropy (0-1), mean over images; None if
            there was none.
    """

    mean_entropy: float | None


def predict_remotely(
    service: Service,
    files: Sequence[InputFile],
    writer: PredictionWriter,
    *,
    num_classes: int | None = None,
    with_entropy: bool = False,
    exact: bool = False,
    max_bytes: int = 32 * MEGABYTE,
    concurrency: int = 4,
    retry: Callable | None = None,
    progress: Progress | None = None,
) -> RemoteRun:
    """Asks a server about images, several at a time, and writes outputs.

    An image that cannot be read, or that the server refuses, is named in a
    warning, skipped and counted.

    Args:
        service: The model.
        files: The images.
        writer: Writes each prediction.
        num_classes: How many classes have names, if that is known.
        with_entropy: Whether each pixel's entropy is wanted; large answers.
        exact: Whether pixels are sent as PNG, never a JPEG as it is.
        max_bytes: The largest image file that is sent.
        concurrency: How many requests are under way at once.
        retry: Calls a function again while the server is not available;
            `retrying()` unless given.
        progress: Told of each image.

    Raises:
        UnavailableError: If the server stays away through all retries.
        ServerError: If it cannot serve any image.
    """
    retry = retry or retrying()

    def predict(file: InputFile) -> Fault | float:
        try:
            encoded = encode(file, exact, max_bytes)
            answer = retry(_ask, service, encoded, with_entropy)
            found, mean = answers.prediction(encoded, answer, num_classes)
        except DataError as error:
            return Fault(file.name, _with_name(file, error))
        writer.write(found)
        return mean

    done = bounded_map(predict, files, workers=concurrency, ahead=concurrency)
    progress = progress or Progress(len(files))
    entropies, faults = without_faults(done, progress)
    mean = sum(entropies) / len(entropies) if entropies else None
    return RemoteRun(len(entropies), faults, mean)


def signature_for(with_entropy: bool) -> str:
    """Returns the signature that is asked, by what is wanted of it."""
    if with_entropy:
        return signatures.SCORES_SIGNATURE
    return signatures.PNG_SIGNATURE


def _ask(service: Service, encoded: Any, with_entropy: bool) -> dict[str, Any]:
    name = signature_for(with_entropy)
    value = encoded.image if with_entropy else encoded.data
    return service.predict(name, value, signatures.SIGNATURES[name][1])


def _with_name(file: InputFile, error: DataError) -> str:
    text = str(error)
    return text if str(file.path) in text else f"{str(file.path)!r}: {text}"
