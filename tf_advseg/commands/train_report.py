"""What training leaves to be read when it is over."""

from collections.abc import Callable

from tf_advseg.commands import report as report_command
from tf_advseg.evaluation.sheet import prediction_sheet
from tf_advseg.experiment import making
from tf_advseg.experiment.making import Domains
from tf_advseg.experiment.making import evaluation_split
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.runs import comparison
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.result import RunResult
from tf_advseg.settings.report import ReportSettings
from tf_advseg.settings.train import TrainSettings

REPORT_IMAGES = 100
"""How many images of each domain the report at the end looks at: enough for
an interval, and little beside the training."""


def write_page(settings: TrainSettings, write: Callable[[str], None]) -> None:
    """Writes report.html; a model must not be lost to one that fails."""
    options = ReportSettings(limit=REPORT_IMAGES)
    try:
        report_command.run([settings.run], options, write)
    except (ValueError, OSError) as error:
        write(f"The report could not be written: {error}")


def write_comparison(
    settings: TrainSettings,
    domains: Domains,
    results: dict[str, RunResult],
    write: Callable[[str], None],
) -> None:
    """Prints the table and the line for scrapers; writes the pictures."""
    folder = RunFolder(settings.run)
    sheet = prediction_sheet(
        {
            name: Ensemble([load_segmenter(result.folder.best)[0]])
            for name, result in results.items()
        },
        domains.target,
        evaluation_split(settings, domains.target),
        making.evaluation_size(settings),
    )
    picture = folder.write_picture("comparison", sheet)
    if all(result.chosen is not None for result in results.values()):
        _report_numbers(settings, domains, results, write)
    else:
        write("The target has no labels to evaluate on; look at the pictures.")
    write(f"Pictures: {picture}")
    write(f"Model: {folder.best}")


def _report_numbers(
    settings: TrainSettings,
    domains: Domains,
    results: dict[str, RunResult],
    write: Callable[[str], None],
) -> None:
    """IoUs of the models that were chosen, mIoU of the last ones."""
    chosen = {n: r.chosen for n, r in results.items() if r.chosen is not None}
    last = {
        n: r.evaluation for n, r in results.items() if r.evaluation is not None
    }
    table = comparison.table(chosen, comparison.recorded_oracle(settings))
    means = comparison.chosen_and_last(chosen, last)
    chosen_by = ", ".join(
        dict.fromkeys(result.chosen_by for result in results.values())
    )
    text = f"best.keras, chosen by: {chosen_by}\n{table}\n\n{means}"
    RunFolder(settings.run).write_text("comparison.txt", text + "\n")
    write(f"\nIoU on {domains.target.name}, split {settings.eval_split}, of")
    write(text)
    for name in results:
        # Stable lines, for tuners that read logs. The plain name is of the
        # chosen model: it is what the run is used for.
        write(f"tf_advseg_metric miou/{name}={100 * chosen[name].miou:.4f}")
        write(f"tf_advseg_metric miou_last/{name}={100 * last[name].miou:.4f}")
        for target, part in chosen[name].parts.items():
            miou = f"{100 * part.miou:.4f}"
            write(f"tf_advseg_metric miou/{name}/{target}={miou}")
