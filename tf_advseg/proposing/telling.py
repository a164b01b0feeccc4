"""What `init` found, and what to type next, in lines for a person."""

import shlex
from collections.abc import Sequence

from tf_advseg.datasets.doctor import ERROR
from tf_advseg.datasets.doctor import Finding
from tf_advseg.datasets.doctor import SplitSurvey
from tf_advseg.datasets.domains.folders.listing import CLASS_MAP_NAME
from tf_advseg.proposing.classes import Proposal
from tf_advseg.proposing.classes import remark
from tf_advseg.proposing.plan import usual_size
from tf_advseg.proposing.proposal import Proposed

_SHOWN = 6
"""Findings; `check_data` shows all of them, of all files."""

RUN = "runs/first"
"""Where the commands that are shown put the run."""


def data_lines(found: Proposed) -> list[str]:
    """Returns what was seen: splits, classes, what is wrong, the plan."""
    lines = [_split(survey) for survey in found.surveys]
    if len(found.surveys) < 3:
        lines.append(
            "No labelled split of the target to evaluate on: that adapting "
            "paid can then not be measured; some labelled photos in a split "
            "'val' change that."
        )
    lines += ["", *_classes(found)]
    lines += [*map(_finding, found.findings[:_SHOWN])]
    more = len(found.findings) - _SHOWN
    if more > 0:
        lines.append(f"{more} more: check_data, below, says them.")
    lines += found.notes
    settings = found.plan.settings
    lines.append(
        f"Run: {settings.method} beside {settings.compare}, "
        f"{settings.steps:,} steps of {settings.batch_size} images of each "
        f"domain, crops of {settings.crop}."
    )
    return lines


def next_lines(words: Sequence[str], found: Proposed, out: str) -> list[str]:
    """Returns the commands to type next, with what they are for."""
    data = {name: value for name, value, _ in found.plan.lines}
    kept = ("source", "classes", "source_split")
    kept += ("target", "target_classes", "target_split", "eval_split")
    flags = [f"--{name}={data[name]}" for name in kept if name in data]
    look = "look at the data, all of it"
    if any(finding.severity == ERROR for finding in found.findings):
        look = "mend what is wrong, then look again"
    commands = [
        (look, ["check_data", *flags, "--sheet=sheet.png"]),
        ("train", ["train", f"--config={out}", f"--run={RUN}"]),
        ("did it pay?", ["report", RUN]),
        ("models for servers and devices", ["export", f"--run={RUN}"]),
    ]
    return [
        "",
        "Next:",
        *(
            line
            for why, command in commands
            for line in (f"  # {why}", f"  tf_advseg {shlex.join(command)}")
        ),
    ]


def _split(survey: SplitSurvey) -> str:
    height, width = usual_size(survey)
    looked = len(survey.pairs)
    some = "" if looked == survey.num_images else f", {looked:,} looked at"
    labels = sum(pair.label is not None for pair in survey.pairs)
    return (
        f"{survey.where} ({survey.role}): {survey.num_images:,} images{some}, "
        f"{height}x{width} as a rule, {labels:,} with a label."
    )


def _classes(found: Proposed) -> list[str]:
    if found.class_map is None:
        names = found.surveys[0].class_names
        return [f"{len(names)} classes, as stated: {', '.join(names)}"]
    return _proposed(found.class_map.proposal)


def _proposed(proposal: Proposal) -> list[str]:
    codes = proposal.found
    names = (
        f"names guessed by {proposal.guess}"
        if proposal.guess
        else ("names are numbers")
    )
    lines = [
        f"No {CLASS_MAP_NAME}: {len(proposal.classes)} classes proposed of "
        f"{codes.kind}, {names}."
    ]
    width = max(len(one.name) for one in proposal.classes)
    lines += [
        f"  {one.name:<{width}}  "
        f"{', '.join(codes.text(code.code) for code in one.codes)}  "
        f"{remark(codes, one)}"
        for one in proposal.classes
    ]
    lines += [
        f"  {'ignored':<{width}}  {codes.text(code.code)}  {reason}"
        for code, reason in proposal.ignored
    ]
    if codes.num_others:
        lines.append(
            f"  {codes.num_others:,} other colours, "
            f"{codes.share(codes.other_pixels)} of the pixels, are taken for "
            "smoothed borders and ignored."
        )
    return lines


def _finding(finding: Finding) -> str:
    return (
        f"{finding.severity} ({finding.code}) in {finding.where}: "
        f"{finding.sentence}\n    {finding.advice}"
    )
