"""What `tf_advseg publish` does, once its flags are settings."""

from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_folder
from tf_advseg.export import modelarts
from tf_advseg.export import serving
from tf_advseg.export.packages import evaluation_metrics
from tf_advseg.settings.publish import PublishSettings


def run(settings: PublishSettings, write: Callable[[str], None] = print) -> int:
    """Publishes and reports; returns the exit status.

    Args:
        settings: What to publish, and where.
        write: Where the report goes.
    """
    saved_model = _saved_model(settings)
    if settings.platform == "modelarts":
        return _write_modelarts(saved_model, settings, write)
    published = serving.publish(
        saved_model,
        settings.out,
        settings.model_name,
        settings.warmup,
    )
    write(
        f"Published version {published.number} as {published.path}, with "
        f"{published.num_warmup_requests} warm-up requests."
    )
    write(f"Start the server as {Path(settings.out) / 'README.md'} says.")
    return 0


def _write_modelarts(saved_model, settings, write):
    metrics = evaluation_metrics(settings.run)
    out = modelarts.write_package(
        saved_model, settings.out, metrics, settings.swr_location
    )
    write(f"Wrote the package {out}; go on as {out / 'README.md'} says.")
    return 0


def _saved_model(settings: PublishSettings) -> Path:
    if settings.saved_model:
        return check_folder("The SavedModel", settings.saved_model)
    path = check_folder("The run", settings.run) / "export" / "saved_model"
    if not path.is_dir():
        raise DataError(
            f"The run {settings.run!r} was not exported: there is no "
            f"{str(path)!r}. First: tf_advseg export "
            f"--run={settings.run}"
        )
    return path
