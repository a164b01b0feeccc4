"""What `tf_advseg export` does, once its flags are settings."""

import json
from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.files import checksums
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.files.claims import work_folder
from tf_advseg.base.process.exit_status import REFUSED_ARTEFACTS
from tf_advseg.export.artefacts import writing
from tf_advseg.export.artefacts.domains import ExportDomains
from tf_advseg.export.artefacts.facts import artefact_facts
from tf_advseg.export.artefacts.placing import note_export
from tf_advseg.export.artefacts.placing import output_folder
from tf_advseg.export.artefacts.workshop import Workshop
from tf_advseg.export.edge.bundle import write_bundle
from tf_advseg.export.formats.format import Artefact
from tf_advseg.export.gate.gate import Gate
from tf_advseg.export.gate.record import GATE_FILE
from tf_advseg.export.gate.record import write_record
from tf_advseg.export.gate.report import GateReport
from tf_advseg.export.gate.verdict import makers_of_the_best
from tf_advseg.export.packages import write_packages
from tf_advseg.export.publishing import publish
from tf_advseg.export.publishing import put_back
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.prediction.model_choice import load_models
from tf_advseg.settings.export import SAVED_MODEL
from tf_advseg.settings.export import ExportSettings
from tf_advseg.sharing import signing
from tf_advseg.sharing.card.writing import forget_card
from tf_advseg.sharing.card.writing import write_card
from tf_advseg.sharing.push.pushing import check_address
from tf_advseg.sharing.push.pushing import push


def run(settings: ExportSettings, write: Callable[[str], None] = print) -> int:
    """Exports, compares, publishes and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    # Everything that can be wrong fails before the models are loaded.
    if settings.sign_key:
        signing.check_key(settings.sign_key)
    if settings.push_to:
        check_address(settings.push_to)
    domains = ExportDomains(settings, write)
    notes = writing.check_extras(settings)
    loaded, size = load_models(settings)
    writing.fixed_sizes(settings, size)
    out = output_folder(settings)
    out.mkdir(parents=True, exist_ok=True)
    put_back(out)
    with work_folder(out, ".export-") as folder:
        facts = artefact_facts(
            loaded,
            settings.model_paths,
            settings.model_weights,
            settings.combine,
        )
        workshop = Workshop(
            loaded.ensemble,
            facts,
            domains.home_images(loaded),
            folder,
            settings.threads,
        )
        artefacts = writing.write_artefacts(
            settings, workshop, domains, loaded, size, write
        )
        refused, findings = set(), {}
        if settings.gate:
            report = _examine(
                settings,
                domains,
                loaded,
                artefacts,
                workshop,
                notes,
                write,
            )
            refused = _conclude(report, artefacts, out, write)
            findings = report.to_dict()
        else:
            # Of several ways to make an artefact, the last one made.
            artefacts = {a.name: a for a in artefacts}.values()
            _note_verdicts(artefacts, None)
            _publish(artefacts, out, write)
        note_export(settings, out, write)
        if SAVED_MODEL not in refused:
            write_packages(out, workshop.folder, settings, write)
        names = {artefact.name for artefact in artefacts} - refused
        card = write_card(
            out,
            facts,
            settings.model_paths,
            sorted(names),
            findings,
            (settings.calibration, settings.calibration_images),
            settings.model_licence,
        )
        write(f"Written: {card} (the model's card)")
    return _hand_over(settings, out, refused, write)


def _examine(
    settings: ExportSettings,
    domains: ExportDomains,
    loaded: LoadedEnsemble,
    artefacts: list[Artefact],
    workshop: Workshop,
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
        workshop.folder / "gate",
        settings.threads,
        settings.gate_batch_size,
    )
    findings = []
    for artefact in artefacts:
        write(f"Comparing {artefact.name} of {artefact.made_by} with Keras")
        findings.append(gate.examine(artefact))
    return GateReport(
        images=gate.image_facts(),
        keras=gate.keras_facts(),
        findings=findings,
        kept=makers_of_the_best(findings, settings.thresholds),
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
    _note_verdicts(good, report)
    _publish(good, out, write)
    text = json.dumps(report.to_dict(), indent=1, allow_nan=False)
    write_text(out / GATE_FILE, text + "\n")
    write_text(out / "gate.md", report.markdown())
    write(report.markdown())
    for finding in report.refused():
        write(f"REFUSED: {finding.name}. {report.why(finding)}")
    return refused


def _note_verdicts(artefacts, report: GateReport | None) -> None:
    """Writes into SavedModels what the gate found; None: it was not asked."""
    for artefact in artefacts:
        if artefact.kind == SAVED_MODEL:
            facts = report and report.record(artefact.name)
            write_record(artefact.path, facts)


def _hand_over(settings, out, refused, write) -> int:
    """Signs and pushes what is whole; returns the exit status."""
    if refused:
        if settings.sign_key or settings.push_to:
            write("Nothing was signed or pushed.")
        return REFUSED_ARTEFACTS
    if settings.sign_key:
        write(f"Signed: {signing.sign(out, settings.sign_key)}")
    if settings.push_to:
        push(out, settings.push_to, write=write)
    return 0


def _publish(artefacts, out, write):
    # They say what was there before: better none than another model's.
    signing.forget(out)
    forget_card(out)
    for artefact in artefacts:
        with checksums.renewed(out / artefact.name):
            publish(artefact.path, out / artefact.name)
        write(f"Written: {out / artefact.name}")
    if any(artefact.name.endswith(".tflite") for artefact in artefacts):
        write(f"Written: {write_bundle(out)} (runs them on a device)")
