"""What the doctor says: tables for people, values for programs."""

import collections
from collections.abc import Sequence
from typing import Any

from tf_advseg.datasets.doctor.checks import channels
from tf_advseg.datasets.doctor.checks.channels import LEAST_POWER
from tf_advseg.datasets.doctor.finding import CERTAIN
from tf_advseg.datasets.doctor.finding import ERROR
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.doctor.split_survey import balance_gap
from tf_advseg.metrics import text as metric_text


def text(
    surveys: Sequence[SplitSurvey],
    ids: Sequence[str],
    findings: Sequence[Finding],
) -> str:
    """Returns the whole report.

    Args:
        surveys: What was seen of each split.
        ids: The id of the data of each.
        findings: What is wrong.
    """
    parts = [_splits(surveys, ids), _left_out(surveys)]
    parts += [_classes(surveys), _gaps(surveys)]
    parts += [_undecidable(surveys), _findings(findings)]
    return "\n\n".join(part for part in parts if part)


def to_dict(
    surveys: Sequence[SplitSurvey],
    ids: Sequence[str],
    findings: Sequence[Finding],
) -> dict[str, Any]:
    """Returns all of it as values that JSON can hold."""
    errors = sum(finding.severity == ERROR for finding in findings)
    return {
        "format": 1,
        "splits": [_split(s, i) for s, i in zip(surveys, ids, strict=True)],
        "gaps": [
            {"between": [one.where, other.where], "total_variation": gap}
            for one, other, gap in _all_gaps(surveys)
        ],
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [finding.to_dict() for finding in findings],
    }


def _split(survey: SplitSurvey, data_id: str) -> dict[str, Any]:
    shares = survey.shares
    names = survey.class_names
    return {
        "domain": survey.domain.name,
        "split": survey.split,
        "role": survey.role,
        "id": data_id,
        "images": len(survey.pairs),
        "labels": len(survey.labelled_pairs),
        "sizes": _tally(survey, lambda image: _size(image.upright_size)),
        "modes": _tally(survey, lambda image: image.mode or "unknown"),
        "formats": _tally(survey, lambda image: image.format or "unknown"),
        "left_out": {
            folder: {reason: list(of) for reason, of in one.left_out.items()}
            for folder, one in survey.listings.items()
            if one.left_out
        },
        "ignored_share": survey.ignored_share,
        "class_shares": None
        if shares is None
        else dict(zip(names, shares.tolist(), strict=True)),
        "swapped_channels_power": channels.power(survey),
    }


def _splits(surveys: Sequence[SplitSurvey], ids: Sequence[str]) -> str:
    header = ("split", "role", "images", "labels", "size", "mode", "ignored")
    rows = [
        (
            survey.where,
            survey.role,
            f"{len(survey.pairs):,}",
            f"{len(survey.labelled_pairs):,}",
            _summary(_tally(survey, lambda i: _size(i.upright_size))),
            _summary(_tally(survey, lambda i: i.mode or "unknown")),
            "-"
            if survey.ignored_share is None
            else f"{survey.ignored_share:.1%}",
            data_id,
        )
        for survey, data_id in zip(surveys, ids, strict=True)
    ]
    return metric_text.aligned([[(*header, "id")], rows])


def _left_out(surveys: Sequence[SplitSurvey]) -> str:
    """What folders hold besides the files that were taken."""
    return "\n".join(
        f"{survey.where}: {folder}: {listing.text()}."
        for survey in surveys
        for folder, listing in survey.listings.items()
        if listing.left_out and not listing.is_odd  # Else a finding says it.
    )


def _classes(surveys: Sequence[SplitSurvey]) -> str:
    """Share of each class in the labelled pixels, one column a split."""
    columns = [(s, s.shares) for s in surveys if s.shares is not None]
    if not columns:
        return ""
    header = ("% of labelled pixels", *(survey.where for survey, _ in columns))
    rows = [
        (name, *(_percent(shares[i]) for _, shares in columns))
        for i, name in enumerate(columns[0][0].class_names)
    ]
    return metric_text.aligned([[header], rows])


def _gaps(surveys: Sequence[SplitSurvey]) -> str:
    return "\n".join(
        f"Class balance: {gap:.1%} of pixels differ between {one.where} and "
        f"{other.where} (total variation; 0 % is equal)."
        for one, other, gap in _all_gaps(surveys)
    )


def _undecidable(surveys: Sequence[SplitSurvey]) -> str:
    """What no check could have found."""
    where = [s.where for s in surveys if channels.power(s) < LEAST_POWER]
    if not where:
        return ""
    return (
        "Not checked, since colours there are too alike or too few: whether "
        f"single images have red and blue swapped ({', '.join(where)})."
    )


def _all_gaps(surveys):
    """The first split beside each other one, where both have labels."""
    labelled = [survey for survey in surveys if survey.shares is not None]
    return [
        (labelled[0], other, balance_gap(labelled[0], other))
        for other in labelled[1:]
    ]


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return "No problems found."
    lines = []
    for finding in findings:
        sure = finding.confidence
        sure = "" if sure == CERTAIN else f", {sure}"
        lines.append(
            f"{finding.severity} ({finding.code}{sure}) in {finding.where}: "
            f"{finding.sentence}\n    {finding.advice}"
        )
    errors = sum(finding.severity == ERROR for finding in findings)
    warnings = len(findings) - errors
    total = f"{count(errors, 'error')}, {count(warnings, 'warning')}."
    return "\n".join([*lines, "", total])


def _tally(survey: SplitSurvey, what) -> dict[str, int]:
    counter = collections.Counter(what(pair.image) for pair in survey.pairs)
    return dict(counter.most_common())


def _summary(tally: dict[str, int]) -> str:
    first, *others = tally
    return f"{first} +{len(others)}" if others else first


def _size(size: tuple[int, int] | None) -> str:
    return f"{size[0]}x{size[1]}" if size else "unknown"


def _percent(share: float) -> str:
    """Two digits that count, so that rare classes do not become 0."""
    if not share:
        return "0"
    return f"{100 * share:.2f}" if share >= 1e-4 else f"{100 * share:.1g}"
