"""What `tf_advseg publish` does, once its flags are settings."""

from collections.abc import Callable
from pathlib import Path

from tf_advseg.export import modelarts
from tf_advseg.export import serving
from tf_advseg.export.artefacts.placing import saved_model_to_publish
from tf_advseg.export.gate.record import check_passed
from tf_advseg.export.packages import evaluation_metrics
from tf_advseg.export.publishing import put_back
from tf_advseg.settings.publish import PublishSettings
from tf_advseg.sharing import signing


def run(settings: PublishSettings, write: Callable[[str], None] = print) -> int:
    """Publishes and reports; returns the exit status.

    Args:
        settings: What to publish, and where.
        write: Where the report goes.
    """
    if settings.saved_model:
        put_back(Path(settings.saved_model).parent)
    saved_model = saved_model_to_publish(settings)
    if settings.verify_key:
        _verify(saved_model, settings.verify_key)
    serving.check_signatures(saved_model)
    if not settings.ungated:
        check_passed(saved_model)
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


def _verify(saved_model: Path, key: str) -> None:
    """Holds the whole export to its signature, or the SavedModel to its own."""
    export = saved_model.parent
    whole = signing.signature_of(export).is_file()
    signing.verify(export if whole else saved_model, key)


def _write_modelarts(saved_model, settings, write):
    metrics = evaluation_metrics(settings.run)
    out = modelarts.write_package(
        saved_model, settings.out, metrics, settings.swr_location
    )
    write(f"Wrote the package {out}; go on as {out / 'README.md'} says.")
    return 0
