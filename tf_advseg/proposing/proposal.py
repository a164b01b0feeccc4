"""Everything that is proposed for two folders, before anything is written."""

import dataclasses
import os
import tempfile
import textwrap
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.process import machine
from tf_advseg.base.progress import Progress
from tf_advseg.datasets import doctor
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.classes.class_map import ClassMap
from tf_advseg.datasets.classes.class_map_file import read_class_map
from tf_advseg.datasets.doctor import Finding
from tf_advseg.datasets.doctor import SplitSurvey
from tf_advseg.datasets.doctor import split_survey
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.datasets.domains.folders.listing import CLASS_MAP_NAME
from tf_advseg.proposing import classes
from tf_advseg.proposing import codes
from tf_advseg.proposing import folders
from tf_advseg.proposing import plan
from tf_advseg.proposing.classes import Proposal
from tf_advseg.proposing.plan import Line
from tf_advseg.proposing.plan import Plan
from tf_advseg.settings.init import InitSettings

_HEADING = (
    "Proposed by `{command}` from {looked}. {names} Look at {sheet}, then "
    "rename classes, merge them (a list of ids or colours), or move what is "
    "none to ignore; docs/init.md says how."
)


@dataclasses.dataclass(frozen=True)
class ProposedMap:
    """A class map to write.

    Args:
        proposal: What it says.
        text: The file.
        path: Where it belongs.
    """

    proposal: Proposal
    text: str
    path: Path


@dataclasses.dataclass(frozen=True)
class Proposed:
    """What was seen of two folders, and what to make of it.

    Args:
        surveys: Of the source's split, the target's, and the one to evaluate
            on, if there is one.
        class_map: To be written for the source; None: it has one.
        findings: What is wrong with the files looked at, errors first.
        plan: The flags of the run.
        notes: What else a person has to know.
    """

    surveys: tuple[SplitSurvey, ...]
    class_map: ProposedMap | None
    findings: tuple[Finding, ...]
    plan: Plan
    notes: tuple[str, ...]


def propose_run(
    words: Sequence[str],
    settings: InitSettings,
    command: str,
    sheet: str,
    make_progress: Callable[[int], Progress | None] = lambda total: None,
) -> Proposed:
    """Looks at two folders, and proposes classes and a run.

    Args:
        words: The source's folder and the target's.
        settings: How.
        command: What was typed.
        sheet: Where the picture of the classes will be.
        make_progress: From the number of images to what is told of each.

    Raises:
        DataError: If the folders cannot be used.
    """

    def survey(domain: FolderDomain, split: str, role: str) -> SplitSurvey:
        return doctor.survey(
            domain,
            split,
            role,
            most=settings.look_at or None,
            processes=settings.processes,
            make_progress=make_progress,
        )

    roots = folders.open_both(*words)
    given = settings.classes or None
    label_folder = folders.LABELS
    needs_map = not given and not folders.has_class_map(roots[0])
    if needs_map:
        domain, label_folder = folders.without_classes(roots[0])
    else:
        domain = FolderDomain(roots[0], given)
    split = folders.choose_split(domain, settings.source_split, "source_split")
    folders.check_labelled(domain, split)
    source = survey(domain, split, split_survey.SOURCE)
    plan.usual_size(source)
    class_map = None
    if needs_map:
        class_map = _propose_map(source, label_folder, settings, command, sheet)
        domain = FolderDomain(roots[0], _read(class_map))
        source = dataclasses.replace(source, domain=domain)

    target_domain, notes = _target(roots[1], settings, domain, needs_map)
    split = folders.choose_split(
        target_domain, settings.target_split, "target_split"
    )
    target = survey(target_domain, split, split_survey.TARGET)
    surveys = [source, target]
    judged = folders.labelled_split(target_domain, settings.eval_split, split)
    if judged:
        evaluation = survey(target_domain, judged, split_survey.EVALUATION)
        surveys.append(evaluation)
    lines = _data_lines(words, settings, surveys, class_map)
    free = machine.free_megabytes()
    return Proposed(
        tuple(surveys),
        class_map,
        tuple(doctor.examine(surveys)),
        plan.make_plan(lines, settings.method, source, target, free),
        notes,
    )


def _propose_map(
    source: SplitSurvey,
    label_folder: str,
    settings: InitSettings,
    command: str,
    sheet: str,
) -> ProposedMap:
    domain = source.domain
    assert isinstance(domain, FolderDomain)
    *_, where = domain.listings(source.split)
    found = codes.find_codes(source.pairs, where)
    proposal = classes.propose(found, label_folder)
    looked = (
        f"{found.num_labels:,} of {source.num_images:,} labels: {found.kind}"
    )
    names = "Names are numbers."
    if proposal.guess:
        names = (
            f"Names are guessed by {proposal.guess}, which fits the colours."
        )
    heading = _HEADING.format(
        command=command, looked=looked, names=names, sheet=sheet
    )
    heading = textwrap.fill(heading, 76, break_on_hyphens=False)
    text = classes.class_map_text(proposal, domain.name, heading)
    return ProposedMap(proposal, text, _class_map_path(domain.root, settings))


def _class_map_path(root: Place, settings: InitSettings) -> Path:
    """In the source's folder; beside run.yaml if nothing can be put there."""
    if isinstance(root, Path) and os.access(root, os.W_OK):
        return root / CLASS_MAP_NAME
    path = Path(settings.out).parent / f"{root.name}_{CLASS_MAP_NAME}"
    if path.exists():
        raise DataError(
            f"{str(root)!r} cannot be written into, and {str(path)!r} is there "
            f"already: give it, --classes={path}, or take it away."
        )
    return path


def _read(class_map: ProposedMap) -> ClassMap:
    """The class map as training will read it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / CLASS_MAP_NAME
        file.write_text(class_map.text, encoding="utf-8")
        found = read_class_map(file)
    source = f"the class map {str(class_map.path)!r}"
    table = dataclasses.replace(found.table, source=source)
    return dataclasses.replace(found, table=table)


def _target(
    root: Place, settings: InitSettings, source: FolderDomain, proposed: bool
) -> tuple[FolderDomain, tuple[str, ...]]:
    """The target, and a note if its classes must get the source's names."""
    given = settings.target_classes or None
    if proposed and (given or folders.has_class_map(root)):
        own = FolderDomain(root, given)
        names = ", ".join(own.class_set.names)
        where = given or str(root / CLASS_MAP_NAME)
        return own, (
            f"{where!r} names {names}: give the proposed classes of "
            f"{source.name!r} these names where they mean the same, since "
            "training refuses others.",
        )
    domain = FolderDomain(
        root,
        given,
        class_set=source.class_set,
        labels_like=source.label_table,
    )
    return domain, ()


def _data_lines(
    words: Sequence[str],
    settings: InitSettings,
    surveys: Sequence[SplitSurvey],
    class_map: ProposedMap | None,
) -> list[Line]:
    """The flags that say which data."""
    source, target, *evaluation = surveys
    number = f"{source.num_images:,} images of split {source.split}"
    lines: list[Line] = [("source", words[0], number)]
    file = settings.classes
    if class_map and class_map.path.name != CLASS_MAP_NAME:
        file = str(class_map.path)
    if file:
        lines.append(("classes", file, ""))
    if source.split != "train":
        lines.append(("source_split", source.split, ""))
    number = f"{target.num_images:,} images of split {target.split}"
    lines.append(("target", words[1], number))
    if settings.target_classes:
        lines.append(("target_classes", settings.target_classes, ""))
    if target.split != "train":
        lines.append(("target_split", target.split, ""))
    if evaluation:
        number = f"{evaluation[0].num_images:,} images with labels"
        lines.append(("eval_split", evaluation[0].split, number))
    return lines
