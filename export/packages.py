"""Folders for servers, made of an exported SavedModel."""

from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.json_file import read_object
from tf_advseg.export import modelarts
from tf_advseg.export import serving
from tf_advseg.export.publishing import publish
from tf_advseg.settings.export import SAVED_MODEL
from tf_advseg.settings.export import ExportSettings


def write_packages(
    out: Path,
    workshop: Path,
    settings: ExportSettings,
    write: Callable[[str], None],
) -> None:
    """Writes `out/serving` and `out/modelarts`, if they are asked for.

    Args:
        out: Where the SavedModel lies.
        workshop: A folder on the same file system, for half-done things.
        settings: The export's.
        write: Where the report goes.
    """
    saved_model = out / SAVED_MODEL
    if "serving" in settings.format_names:
        version = serving.publish(saved_model, out / "serving")
        write(f"Written: {version.path}")
    if "modelarts" in settings.format_names:
        metrics = evaluation_metrics(settings.run)
        package = modelarts.write_package(
            saved_model, workshop / "modelarts", metrics
        )
        publish(package, out / "modelarts")
        write(f"Written: {out / 'modelarts'}")


def evaluation_metrics(run: str) -> dict[str, float]:
    """Returns what a run's evaluation on labels says, if there was one.

    Args:
        run: The run's folder; may be empty.
    """
    path = Path(run) / "metrics.json"
    if not run or not path.is_file():
        return {}
    advice = "put back a copy, or leave --run out"
    content = read_object(path, "The evaluation", advice)
    try:
        return modelarts.evaluation_metrics(
            content.get("iou") or {}, content.get("accuracy")
        )
    except (TypeError, AttributeError, ArithmeticError) as error:
        raise DataError(
            f"The evaluation {str(path)!r} is damaged ({error}); {advice}."
        ) from error
