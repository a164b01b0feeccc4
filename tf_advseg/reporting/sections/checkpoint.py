"""Which moment of the training was taken, and why."""

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import decimal
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import short


def section(report: Report) -> Html:
    """Returns the chosen file, the candidates' scores, and the regret."""
    record = report.main.adapted.record
    name = record.model.name if record.model else "none"
    words = [
        "This report is about ",
        tag("code", name),
        f" (step {record.step})" if record.step is not None else None,
        f", chosen by: {record.chosen_by}.",
    ]
    selection = record.selection
    if selection is None:
        body = blocks.missing(
            "No checkpoints were compared (no selection.json); ",
            tag("code", "tf_advseg select RUN"),
            " compares them.",
        )
    else:
        body = [_regret(selection), _candidates(selection), _scores(selection)]
    return blocks.section(
        "checkpoint", "The checkpoint and why", blocks.paragraph(words), body
    )


def _regret(selection):
    """What choosing without labels cost, where labels exist."""
    regret = selection.get("regret")
    if regret is None:
        return blocks.missing(
            "The target has no labels, so what this choice cost against the "
            "best checkpoint cannot be known."
        )
    text = (
        f"Chosen without labels. The best checkpoint by labels has "
        f"{decimal(regret, 2)} mIoU points more (the regret)"
    )
    last = selection.get("last_regret")
    if last is not None:
        text += f"; taking the last one would have cost {decimal(last, 2)}"
    return blocks.paragraph(f"{text}.")


def _candidates(selection):
    candidates = selection.get("candidates") or []
    candidates = [one for one in candidates if isinstance(one, dict)]
    scores = list(selection.get("scores") or {})
    has_labels = any(c.get("miou") is not None for c in candidates)
    chosen = None
    rows = []
    for index, candidate in enumerate(candidates):
        if candidate.get("file") == selection.get("chosen"):
            chosen = index
        found = candidate.get("scores") or {}
        row = [
            short(candidate.get("step")),
            _weights(candidate),
            candidate.get("fused"),
            *(found.get(score) for score in scores),
        ]
        if has_labels:
            row.insert(3, points(candidate.get("miou")))
        rows.append(row)
    if not rows:
        return None
    header = [
        "step",
        "weights",
        "fused",
        *(s.replace("_", " ") for s in scores),
    ]
    if has_labels:
        header.insert(3, "mIoU")
    return blocks.table(
        header, rows, words=2, chosen=chosen, caption="Candidates"
    )


def _weights(candidate) -> str:
    words = str(candidate.get("weights", "")).replace("_", " ")
    return f"{words} (left out)" if candidate.get("is_dropped") else words


def _scores(selection):
    """What each score is."""
    rows = [
        (
            str(facts.get("title", name)),
            str(facts.get("better", "")),
            str(facts.get("paper", "")),
        )
        for name, facts in (selection.get("scores") or {}).items()
        if isinstance(facts, dict)
    ]
    if not rows:
        return None
    header = ("score", "better", "paper")
    return blocks.details(
        "What the scores are", blocks.table(header, rows, words=3)
    )
