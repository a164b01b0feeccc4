"""What `python -m tf_advseg.export` does, once its flags are settings."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tf_advseg.config import parse_size
from tf_advseg.export_domains import ExportDomains
from tf_advseg.export_facts import artefact_facts
from tf_advseg.export_packages import write_packages
from tf_advseg.export_publishing import publish
from tf_advseg.export_settings import SAVED_MODEL
from tf_advseg.export_settings import ExportSettings
from tf_advseg.exporting import Exporter
from tf_advseg.model_choice import load_models


def run(settings: ExportSettings, write: Callable[[str], None] = print) -> int:
    """Exports and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    domains = ExportDomains(settings)
    out = output_folder(settings)
    loaded, size = load_models(settings)
    facts = artefact_facts(
        loaded, settings.model_paths, settings.model_weights, settings.combine
    )
    sizes = _sizes(settings, size)
    home = domains.home_images(loaded)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out) as folder:
        exporter = Exporter(loaded.ensemble, facts, home, Path(folder))
        artefacts = []
        if SAVED_MODEL in settings.format_names:
            write("Writing saved_model")
            artefacts.append(exporter.saved_model(size, settings.max_pixels))
        for one in sizes if settings.precisions else []:
            write(f"Writing {', '.join(settings.precisions)} at {one}")
            calibration = domains.calibration_images(loaded).resized
            artefacts += exporter.tflite(
                one,
                settings.precisions,
                lambda one=one, images=calibration: images(one),
                with_size=len(sizes) > 1,
            )
        for artefact in artefacts:
            publish(artefact.path, out / artefact.name)
            write(f"Written: {out / artefact.name}")
        write_packages(out, Path(folder), settings, write)
    return 0


def output_folder(settings: ExportSettings) -> Path:
    """`--out`, or export/ in the run or beside the model."""
    if settings.out:
        return Path(settings.out)
    where = Path(settings.run or settings.model_paths[0])
    return (where if where.is_dir() else where.parent) / "export"


def _sizes(settings, size):
    if settings.sizes:
        return [parse_size(text) for text in settings.sizes.split(",")]
    if settings.precisions and size is None:
        raise ValueError(
            "A .tflite file has a fixed size, but the model keeps each "
            "image's own; give --sizes=HEIGHTxWIDTH."
        )
    return [size]
