"""What `python -m tf_advseg.export` does, once its flags are settings."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from tf_advseg.atomic_file import write_text
from tf_advseg.config import parse_size
from tf_advseg.ensemble_file import LoadedEnsemble
from tf_advseg.exit_status import REFUSED_ARTEFACTS
from tf_advseg.export import quantizer
from tf_advseg.export.gate_report import GateReport
from tf_advseg.export_domains import ExportDomains
from tf_advseg.export_facts import artefact_facts
from tf_advseg.export_gate import Gate
from tf_advseg.export_packages import write_packages
from tf_advseg.export_publishing import publish
from tf_advseg.export_settings import SAVED_MODEL
from tf_advseg.export_settings import ExportSettings
from tf_advseg.exporting import CONVERTER
from tf_advseg.exporting import QUANTIZER
from tf_advseg.exporting import Artefact
from tf_advseg.exporting import Exporter
from tf_advseg.model_choice import load_models

_NO_QUANTIZER = (
    "litert-quantizer is not installed (pip install 'tf-advseg[quantize]'): "
    "files of fewer bits are the converter's."
)


def run(settings: ExportSettings, write: Callable[[str], None] = print) -> int:
    """Exports, compares, publishes and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    domains = ExportDomains(settings)
    makers, notes = _makers(settings)
    loaded, size = load_models(settings)
    sizes = _sizes(settings, size)
    out = output_folder(settings)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out) as folder:
        workshop = Path(folder)
        exporter = Exporter(
            loaded.ensemble,
            artefact_facts(
                loaded,
                settings.model_paths,
                settings.model_weights,
                settings.combine,
            ),
            domains.home_images(loaded),
            workshop,
            makers,
            settings.threads,
        )
        artefacts = []
        if SAVED_MODEL in settings.format_names:
            write("Writing saved_model")
            artefacts.append(exporter.saved_model(size, settings.max_pixels))
        for one in sizes if settings.precisions else []:
            height, width = one
            write(f"Writing {', '.join(settings.precisions)}, {height}x{width}")
            artefacts += exporter.tflite(
                one,
                settings.precisions,
                domains.calibration_images(loaded),
                with_size=len(sizes) > 1,
            )
        if not settings.gate:
            chosen = {a.name: a for a in artefacts}  # The last way made.
            _publish(chosen.values(), out, write)
            write_packages(out, workshop, settings, write)
            return 0
        report = _examine(
            settings, domains, loaded, artefacts, workshop, notes, write
        )
        refused = _conclude(report, artefacts, out, write)
        if SAVED_MODEL not in refused:
            write_packages(out, workshop, settings, write)
        return REFUSED_ARTEFACTS if refused else 0


def output_folder(settings: ExportSettings) -> Path:
    """`--out`, or export/ in the run or beside the model."""
    if settings.out:
        return Path(settings.out)
    where = Path(settings.run or settings.model_paths[0])
    return (where if where.is_dir() else where.parent) / "export"


def _makers(settings: ExportSettings) -> tuple[list[str], list[str]]:
    """Who makes files of fewer bits, and what is to be said of it."""
    if settings.quantizer == "converter":
        return [CONVERTER], []
    if quantizer.quantizer_library() is None:
        if settings.quantizer == "litert":
            raise ValueError(
                "--quantizer=litert needs the extra 'quantize', which is not "
                "installed: pip install 'tf-advseg[quantize]'."
            )
        return [CONVERTER], [_NO_QUANTIZER]
    if settings.quantizer == "litert":
        return [QUANTIZER], []
    return [CONVERTER, QUANTIZER], []


def _sizes(settings, size):
    if settings.sizes:
        return [parse_size(text) for text in settings.sizes.split(",")]
    if settings.precisions and size is None:
        raise ValueError(
            "A .tflite file has a fixed size, but the model keeps each "
            "image's own; give --sizes=HEIGHTxWIDTH."
        )
    return [size]


def _examine(
    settings: ExportSettings,
    domains: ExportDomains,
    loaded: LoadedEnsemble,
    artefacts: list[Artefact],
    workshop: Path,
    notes: list[str],
    write: Callable[[str], None],
) -> GateReport:
    """Compares every artefact with Keras."""
    models = {
        "paths": settings.model_paths,
        "weights": settings.model_weights,
        "combine": settings.combine,
    }
    gate = Gate(
        domains.gate_images(loaded),
        models,
        loaded.ensemble,
        loaded.class_names,
        workshop / "gate",
        settings.threads,
    )
    findings = []
    for artefact in artefacts:
        write(f"Comparing {artefact.name} of {artefact.made_by} with Keras")
        findings.append(gate.examine(artefact))
    best = {}
    for finding in findings:
        if finding.name not in best or finding.rank > best[finding.name].rank:
            best[finding.name] = finding
    return GateReport(
        images=gate.image_facts(),
        keras=gate.keras_facts(),
        findings=findings,
        kept={name: finding.made_by for name, finding in best.items()},
        thresholds=settings.thresholds,
        threads=settings.threads,
        notes=notes,
    )


def _conclude(
    report: GateReport,
    artefacts: list[Artefact],
    out: Path,
    write: Callable[[str], None],
) -> set[str]:
    """Publishes what passed, writes the tables; returns what was refused."""
    refused = {finding.name for finding in report.refused()}
    good = [
        artefact
        for artefact in artefacts
        if report.kept[artefact.name] == artefact.made_by
        and artefact.name not in refused
    ]
    _publish(good, out, write)
    text = json.dumps(report.to_dict(), indent=1, allow_nan=False)
    write_text(out / "gate.json", text + "\n")
    write_text(out / "gate.md", report.markdown())
    write(report.markdown())
    for finding in report.refused():
        reasons = " ".join(finding.reasons(report.thresholds))
        write(f"REFUSED: {finding.name}. {reasons}")
    return refused


def _publish(artefacts, out, write):
    for artefact in artefacts:
        publish(artefact.path, out / artefact.name)
        write(f"Written: {out / artefact.name}")
