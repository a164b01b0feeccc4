"""Labels that hold ids or colours which their class map does not name."""

import collections
from collections.abc import Collection
from collections.abc import Iterator

from tf_advseg.datasets.classes.label_table import colour_of
from tf_advseg.datasets.doctor import palettes
from tf_advseg.datasets.doctor.finding import LIKELY
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.file_facts import LabelFacts

_MANY = 64
"""So many unknown colours were not drawn."""

_ADVICE = (
    "Give them to a class or to `ignore` in the class map, or mend the labels."
)


def check(
    survey: SplitSurvey, explained: Collection[str] = ()
) -> Iterator[Finding]:
    """Finds labels of the wrong kind and labels with unknown codes.

    Args:
        survey: The split.
        explained: Paths of labels that another check has explained.
    """
    measured = [
        pair.label
        for pair in survey.pairs
        if pair.label is not None and pair.label.codes is not None
    ]
    of_colours = survey.table.of_colours
    wrong_kind = [m for m in measured if m.holds_colours != of_colours]
    yield from _wrong_kind(survey, wrong_kind)
    if survey.table.ignore_unknown:
        if of_colours:
            yield from _hidden_blur(survey, measured)
        return
    strangers = [
        label
        for label in measured
        if label.holds_colours == of_colours
        and label.path not in explained
        and not survey.table.train_ids.keys() >= label.totals.keys()
    ]
    if not strangers:
        return
    if of_colours:
        yield from _unknown_colours(survey, strangers)
    else:
        yield _unknown(survey, strangers, "unknown_ids", "ids")


def _wrong_kind(survey, labels: list[LabelFacts]) -> Iterator[Finding]:
    if not labels:
        return
    paths = tuple(label.path for label in labels)
    if survey.table.of_colours:
        yield survey.error(
            "ids_not_colours",
            f"{count(len(labels), 'label', 'hold')} one number a pixel, where "
            f"{survey.table.source} names colours: {listed(paths)}.",
            "Give the classes an `id` in the class map, or export colours.",
            paths,
        )
        return
    totals = _sum(labels)
    own = {"the colours in the class map": _own_palette(survey)}
    found = palettes.guess(totals, own)
    classes = found.classes if found else {}
    of = f"{found.text}" if found else "no palette that is known here"
    yield survey.error(
        "colours_not_ids",
        f"{count(len(labels), 'label', 'hold')} colours, where "
        f"{survey.table.source} names ids: {listed(paths)}. The colours are "
        f"those of {of}: {palettes.described(totals, classes)}.",
        "Leave the ids out of the class map and give these colours, or "
        "export ids.",
        paths,
        LIKELY if found else "certain",
    )


def _unknown_colours(survey, labels: list[LabelFacts]) -> Iterator[Finding]:
    """One finding for each palette that is recognised."""
    groups = collections.defaultdict(list)
    own = {"the class map": _table_palette(survey)}
    for label in labels:
        found = None if label.too_many else palettes.guess(label.totals, own)
        key = "blurred" if label.too_many else found and found.text
        groups[key].append((label, found))
    for key, members in groups.items():
        some = [label for label, _ in members]
        found = members[0][1]
        if key == "blurred":
            yield _blurred(survey, some)
        elif found and (found.is_swapped or found.title != "the class map"):
            yield _recognised(survey, some, found)
        else:
            yield _unknown(survey, some, "unknown_colours", "colours")


def _recognised(survey, labels, found: palettes.Guess) -> Finding:
    own = found.title == "the class map"
    code = "swapped_label_channels" if own else "palette_mismatch"
    paths = tuple(label.path for label in labels)
    totals = _sum(labels)
    shown = palettes.described(totals, found.classes)
    return survey.error(
        code,
        f"{count(len(labels), 'label', 'have')} the colours of {found.text}, "
        f"not of {survey.table.source}: {listed(paths)}. They are: {shown}.",
        "Write them as RGB (OpenCV writes BGR)."
        if found.is_swapped
        else "Give the class map these colours, or export the labels again.",
        paths,
        LIKELY,
    )


def _hidden_blur(survey, measured: list[LabelFacts]) -> Iterator[Finding]:
    """Colours that are ignored since they are unknown, and too many of them."""
    known = survey.table.train_ids.keys()
    labels = [
        label
        for label in measured
        if label.holds_colours
        and (label.too_many or len(label.totals.keys() - known) > _MANY)
    ]
    if labels:
        yield _blurred(survey, labels)


def _blurred(survey, labels) -> Finding:
    paths = tuple(label.path for label in labels)
    return survey.error(
        "blurred_label",
        f"{count(len(labels), 'label', 'have')} far more colours than there "
        f"are classes: {listed(paths)}.",
        "They were resized with smoothing or saved as JPEG in between; "
        "export them again, resized by nearest neighbour only.",
        paths,
    )


def _unknown(survey, labels, code: str, what: str) -> Finding:
    """Names the strange codes, the most frequent first."""
    known = survey.table.train_ids
    totals = _sum(labels)
    strange = {c: n for c, n in totals.items() if c not in known}
    pixels = sum(totals.values())
    frequent = sorted(strange, key=strange.__getitem__, reverse=True)
    shown = [
        f"{colour_of(c) if survey.table.of_colours else c} "
        f"({100 * strange[c] / pixels:.2g} % of their pixels)"
        for c in frequent[:5]
    ]
    more = f" and {len(frequent) - 5:,} more" if len(frequent) > 5 else ""
    paths = tuple(label.path for label in labels)
    return survey.error(
        code,
        f"{count(len(labels), 'label', 'hold')} {what} that "
        f"{survey.table.source} does not name: {', '.join(shown)}{more}, in "
        f"{listed(paths)}.",
        _ADVICE,
        paths,
    )


def _own_palette(survey) -> palettes.Palette:
    return palettes.of_class_set(survey.domain.class_set)


def _table_palette(survey) -> palettes.Palette:
    names = survey.class_names
    return {
        code: names[i] if i < len(names) else "ignored"
        for code, i in survey.table.train_ids.items()
    }


def _sum(labels: list[LabelFacts]) -> dict[int, int]:
    totals = collections.Counter()
    for label in labels:
        totals.update(label.totals)
    return dict(totals)
