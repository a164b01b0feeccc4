"""A choice as a table for people."""

from tf_advseg.metrics.text import aligned
from tf_advseg.selection.choice import Choice

COLUMNS = {
    "source_miou": "source",
    "flip_agreement": "flip",
    "scale_agreement": "scale",
    "photometric_agreement": "dark",
    "average_agreement": "average",
    "teacher_iou": "teacher",
    "mutual_information": "inform.",
    "neighbourhood_density": "density",
    "entropy": "entropy",
    "class_share_distance": "shares",
}
"""The scores' short titles, those that vote in the fused rank first."""


def choice_table(choice: Choice) -> str:
    """Returns one line a candidate; the chosen one has an arrow.

    mIoUs are times 100. A candidate that a guard dropped has `dropped`
    for its fused score.
    """
    measured = None not in choice.mious
    header = ["", "candidate", *COLUMNS.values(), "fused"]
    rows = []
    for index, candidate in enumerate(choice.candidates):
        scores, standing = choice.scores[index], choice.standings[index]
        cells = [_cell(name, scores.get(name)) for name in COLUMNS]
        fused = "dropped" if standing.is_dropped else f"{standing.fused:.3f}"
        arrow = "->" if index == choice.chosen else ""
        rows.append([arrow, candidate.name, *cells, fused])
        miou = choice.mious[index]
        if measured and miou is not None:
            rows[-1].append(f"{100 * miou:.2f}")
    if measured:
        header.append("mIoU")
    return aligned([[header], rows])


def summary(choice: Choice) -> str:
    """Returns which one was chosen, by what, and its regret if known."""
    text = f"Chosen: {choice.candidate.file}, by {choice.chosen_by}."
    regret = choice.regret(choice.chosen)
    if regret is None:
        return text
    last = choice.regret(choice.last)
    return (
        f"{text} Its mIoU is {regret:.2f} points below the best candidate's; "
        f"the last weights' is {last:.2f} below."
    )


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.2f}" if name == "source_miou" else f"{value:.3f}"
