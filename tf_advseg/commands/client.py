"""What `tf_advseg client` does, once its flags are settings."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from tf_advseg import prediction
from tf_advseg.base.checks import DataError
from tf_advseg.base.progress import Progress
from tf_advseg.export import client as remote
from tf_advseg.export.client.service import MEGABYTE
from tf_advseg.prediction import summary
from tf_advseg.settings.client import ClientSettings


def run(settings: ClientSettings, write: Callable[[str], None] = print) -> int:
    """Asks the server and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    # Everything that can be wrong here fails before the server is asked.
    kinds = prediction.parse_kinds(settings.save)
    address = remote.parse_address(settings.server)
    _check_kinds(kinds, address)
    table = _class_table(settings.class_table, kinds)
    out = Path(settings.out)
    taken: list[str] = []
    files = _find_images(settings.input, out, taken.append)
    prediction.check_outputs(files, out, kinds)
    with_entropy = "entropy" in kinds
    retry = remote.retrying(settings.retries)
    service = remote.connect(
        address,
        settings.model_name,
        settings.model_version,
        settings.timeout,
        int(settings.max_answer_mb * MEGABYTE),
    )
    with contextlib.closing(service):
        name = remote.signature_for(with_entropy)
        retry(service.check, name)
        result = remote.predict_remotely(
            service,
            files,
            prediction.PredictionWriter(out, kinds, table.palette),
            num_classes=len(table.names) or None,
            with_entropy=with_entropy,
            exact=settings.exact,
            max_bytes=int(settings.max_request_mb * MEGABYTE),
            concurrency=settings.concurrency,
            retry=retry,
            progress=Progress(len(files)),
        )
    about = {"server": settings.server, "model_name": settings.model_name}
    summary.write_summary(out, about, table.names, table.palette, result)
    write(f"Predicted {result.num_predicted} images into {out}.")
    for line in taken:
        write(line)
    if result.mean_entropy is not None:
        write(f"mean normalised entropy (0-1): {result.mean_entropy:.4f}")
    return summary.report_skipped(result, write)


def _find_images(where, out, write):
    if not where:
        raise ValueError(
            "Say what to send: --input=IMAGE, FOLDER or 'PATTERN'."
        )
    files = prediction.find_inputs(where, out, write)
    if files[0].is_video:
        raise DataError(
            f"{where!r} is a video; the client sends images. Cut it into "
            "frames first, or use `tf_advseg predict`."
        )
    return files


def _check_kinds(kinds, address):
    if "entropy" in kinds and address.is_rest:
        raise ValueError(
            "--save=entropy needs gRPC: over REST each pixel's entropy would "
            "be a number in text. Use --server=HOST:8500."
        )


def _class_table(where, kinds):
    if where:
        return remote.read_class_table(where)
    if set(kinds) <= {"ids", "entropy"}:
        return remote.ClassTable((), ())
    raise ValueError(
        "Names and colours are missing: give "
        "--class_table=FOLDER/tf_advseg.json (the serving folder has one), or "
        "--save=ids."
    )
