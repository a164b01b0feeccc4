"""From the folders of runs to the facts of a report.

Models are loaded and measured one after the other; what stays in memory is a
few numbers an image, however many there are.
"""

import datetime
import itertools
import shlex
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

import tf_advseg
from tf_advseg.base.checks import DataError
from tf_advseg.base.progress import Progress
from tf_advseg.reporting.cards import draw_cards
from tf_advseg.reporting.facts import ORACLE_METHOD
from tf_advseg.reporting.facts import Group
from tf_advseg.reporting.facts import ImageCard
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.facts import RunFacts
from tf_advseg.reporting.facts import RunRecord
from tf_advseg.reporting.grouping import find_baselines
from tf_advseg.reporting.grouping import groups_of
from tf_advseg.reporting.image_choice import choose_images
from tf_advseg.reporting.measuring import Views
from tf_advseg.reporting.measuring import find_views
from tf_advseg.reporting.measuring import load_model
from tf_advseg.reporting.measuring import measure_run
from tf_advseg.reporting.run_record import read_run
from tf_advseg.reporting.verdict import difference_between
from tf_advseg.reporting.verdict import with_gains
from tf_advseg.settings.report import ReportSettings


def build(
    paths: Sequence[str | Path],
    settings: ReportSettings,
    command: Sequence[str] = (),
    make_progress: Callable[[int], Progress | None] = lambda _: None,
    write: Callable[[str], None] = lambda _: None,
) -> Report:
    """Reads and measures runs.

    Args:
        paths: Their folders. Source-only runs that training left beside them
            are found.
        settings: What to look at.
        command: How the report was called, to be called again.
        make_progress: Told how many images come next.
        write: Told how many images are taken, how many left out, and why.

    Raises:
        DataError: If a folder holds no run, or the runs cannot be compared.
    """
    records = _records(paths, settings)
    views, notes = _find_views(records[0], settings)
    if views is not None:
        for domain, split in views.splits:
            write(domain.taken(split, settings.limit or None))
    runs = [
        RunFacts(record)
        if views is None
        else measure_run(record, views, settings, make_progress)
        for record in records
    ]
    _tell_faults(runs, write)
    groups = [with_gains(group, settings.draws) for group in groups_of(runs)]
    shown = [g for g in groups if g.method_name != ORACLE_METHOD] or groups
    oracle = groups[-1] if groups[-1] is not shown[-1] else None
    class_names, palette = _classes(records, views)
    used = {id(pair.adapted) for group in groups for pair in group.pairs}
    return Report(
        groups=tuple(shown),
        oracle=oracle,
        baselines=tuple(run for run in runs if id(run) not in used),
        contests=_contests(shown, settings.draws),
        class_names=class_names,
        palette=palette,
        cards=_cards(shown[0], views, settings),
        commands=_commands(records[0], command),
        notes=(*notes, *(p for record in records for p in record.problems)),
        made=_made(),
    )


def _records(paths, settings) -> list[RunRecord]:
    """The given runs and those that they are compared with, each once."""
    paths = [Path(path) for path in paths]
    every = {path.resolve(): path for path in [*paths, *find_baselines(paths)]}
    records = [read_run(path, settings.checkpoint) for path in every.values()]
    first = records[0]
    for record in records[1:]:
        for name in ("target", "eval_split"):
            ours, theirs = first.settings.get(name), record.settings.get(name)
            if ours != theirs and not (name == "target" and settings.target):
                raise DataError(
                    f"Runs of one report need the same {name}: {first.path} "
                    f"has {ours!r}, {record.path} has {theirs!r}. Make a "
                    "report of each."
                )
    return records


def _find_views(record, settings) -> tuple[Views | None, list[str]]:
    """The images, or None and the sentence why not."""
    try:
        return find_views(record, settings), []
    except (DataError, ValueError) as error:
        if settings.source or settings.target:
            raise
        return None, [
            f"The images cannot be looked at here, so only what the runs "
            f"recorded is shown. {error} If they lie elsewhere now, give "
            "--source and --target."
        ]


def _tell_faults(runs: Sequence[RunFacts], write: Callable[[str], None]):
    """Names each image that could not be read, once."""
    looks = [look for run in runs for look in (run.source, run.target) if look]
    reasons = [reason for look in looks for reason in look.faults.values()]
    for reason in dict.fromkeys(reasons):
        write(f"Skipped: {reason}")


def _classes(records, views):
    """Names and colours of the classes, from the data or the records."""
    if views is not None:
        class_set = views.domains.target.class_set
        return class_set.names, class_set.palette
    for record in records:
        if record.recorded is not None:
            names = record.recorded.class_names
            return names, ((128, 128, 128),) * len(names)
    return (), ()


def _contests(groups: Sequence[Group], draws: int):
    found = {}
    for one, other in itertools.combinations(groups, 2):
        difference = difference_between(one, other, draws)
        if difference is not None:
            found[one.label, other.label] = difference
    return found


def _cards(
    group: Group, views: Views | None, settings: ReportSettings
) -> tuple[ImageCard, ...]:
    """Images of the first pair, best and worst."""
    if views is None or not settings.shown:
        return ()
    pair = group.pairs[0]
    runs = [run for run in (pair.adapted, pair.baseline) if run is not None]
    measured = [run.target for run in runs if run.target is not None]
    chosen = choose_images(
        measured[0],
        measured[1] if len(measured) > 1 else None,
        settings.shown,
    )
    domain = views.domains.target
    models = [load_model(run.record, domain.class_set.names) for run in runs]
    return draw_cards(chosen, domain, models, measured)


def _commands(record: RunRecord, command: Sequence[str]) -> dict[str, str]:
    """How to make the run and the report again, as shells take it."""
    found = {}
    recorded = record.environment.get("command")
    if isinstance(recorded, list) and recorded:
        arguments = [str(argument) for argument in recorded[1:]]
        if arguments[:1] == ["train"]:
            arguments.pop(0)
        found["The run, as it was started:"] = shlex.join(
            ["tf_advseg", "train", *arguments]
        )
    if command:
        found["This report:"] = shlex.join(["tf_advseg", "report", *command])
    return found


def _made() -> str:
    now = datetime.datetime.now().strftime("%Y-%m-%d %H:%M")
    return f"Made by tf_advseg {tf_advseg.__version__}, {now}."
