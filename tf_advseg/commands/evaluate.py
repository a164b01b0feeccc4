"""What `tf_advseg evaluate` does, once its flags are settings."""

import json
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tf_advseg import pictures
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.process.exit_status import SKIPPED_FILES
from tf_advseg.base.progress import Progress
from tf_advseg.datasets.classes.class_subsets import parse_subset
from tf_advseg.datasets.classes.class_subsets import subsets_of
from tf_advseg.datasets.domains.domain_check import lost_mask
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import check_counted
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.evaluation.evaluating import measure
from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.experiment.data.model_domain import make_model_domain
from tf_advseg.metrics import text as metric_text
from tf_advseg.prediction.model_choice import load_models
from tf_advseg.prediction.model_choice import views_told
from tf_advseg.runs import data as run_data
from tf_advseg.settings.evaluate import EvaluateSettings


def run(
    settings: EvaluateSettings, write: Callable[[str], None] = print
) -> int:
    """Evaluates and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    loaded, size = load_models(settings)
    domain = make_model_domain(
        settings.target, settings.classes, loaded.metadata
    )
    if settings.expect_data:
        manifest = run_data.split_manifest(domain, settings.split)
        run_data.check_expected(settings.expect_data, {"eval": manifest})
    labelled = domain.has_labels(settings.split)
    names = domain.class_set.names
    subsets = _subsets(settings.subsets, names) if labelled else {}
    number = len(domain.keys(settings.split))
    write(
        f"{settings.model} on {domain.name}, split {settings.split}: "
        f"{number:,} images"
    )
    told = views_told(settings)
    if "window" in told:
        write(f"Each is seen through a window of {told['window']}.")
    if "views" in told:
        write(f"Each is seen at these factors of its size: {told['views']}.")
    write(domain.taken(settings.split))
    found = (evaluate_segmenter if labelled else measure)(
        loaded.ensemble,
        domain,
        settings.split,
        size=size,
        batch_size=settings.batch_size,
        faults=FaultLog(),
        progress=Progress(number),
    )
    check_counted(found, domain, settings.split)
    if isinstance(found, Evaluation):
        _report(found, subsets, settings, write)
        wrong = lost_mask(
            domain, domain.keys(settings.split), found.confusion.sum(axis=1)
        )
        if wrong:
            write(f"warning: {wrong}")
    else:
        _report_observation(found, settings.out, write)
    for reason in found.faults.values():
        write(f"Skipped: {reason}")
    return SKIPPED_FILES if found.faults else 0


def _subsets(text, class_names):
    if not text:
        return subsets_of(class_names)
    parts = [part.strip() for part in text.split(",")]
    return {part: parse_subset(part, class_names) for part in parts}


def _report(
    evaluation: Evaluation,
    subsets: dict[str, tuple[str, ...]],
    settings: EvaluateSettings,
    write: Callable[[str], None],
) -> None:
    """Prints the tables and writes the files."""
    table = evaluation.table(subsets)
    names, confusion = evaluation.class_names, evaluation.confusion
    write(table)
    if settings.confusion:
        write("\n" + metric_text.confusion_table(confusion, names))
    # One stable line a number, for tuners that read logs.
    write(f"tf_advseg_metric miou={100 * evaluation.miou:.4f}")
    for name, part in evaluation.parts.items():
        write(f"tf_advseg_metric miou/{name}={100 * part.miou:.4f}")
    if not settings.out:
        return
    out = Path(settings.out)
    facts = {**evaluation.to_dict(subsets), **views_told(settings)}
    write_text(out / "evaluation.json", json.dumps(facts, indent=1) + "\n")
    write_text(out / "iou.txt", table + "\n")
    write_text(out / "confusion.csv", evaluation.confusion_csv())
    with atomic_path(out / "confusion.png") as temporary:
        picture = pictures.confusion_picture(confusion, names)
        Image.fromarray(picture).save(temporary)
    write(f"Written to {out}.")


def _report_observation(
    found: Measurement, out: str, write: Callable[[str], None]
) -> None:
    """Prints what can be said without labels, and writes it."""
    write("The split has no labels; this is what the predictions look like.")
    shares = zip(found.class_names, found.class_shares, strict=True)
    rows = [(name, metric_text.percent(share)) for name, share in shares]
    header = ("class", "% of pixels")
    write(metric_text.aligned([[header], rows]))
    write(f"mean normalised entropy (0-1): {found.mean_entropy:.4f}")
    for name, (_, entropy, _) in found.of_parts().items():
        write(f"of {name}: {entropy:.4f}")
    if out:
        text = json.dumps(found.to_dict(), indent=1)
        write_text(Path(out) / "observation.json", text + "\n")
        write(f"Written to {out}.")
