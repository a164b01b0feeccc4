"""Palette labels whose own colours contradict what their ids should mean.

The ids of a palette PNG are its indices. A program that saves one again may
sort the palette and so renumber the classes: the picture looks the same, the
ids are others. The palette in the file gives it away.
"""

import collections
from collections.abc import Iterator
from collections.abc import Mapping

from tf_advseg.datasets.classes.label_table import colour_of
from tf_advseg.datasets.doctor import palettes
from tf_advseg.datasets.doctor.finding import ERROR
from tf_advseg.datasets.doctor.finding import LIKELY
from tf_advseg.datasets.doctor.finding import WARNING
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.file_facts import LabelFacts

_FEW = 3
"""With fewer palette files there is no usual palette."""


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds files with another palette than the rest, or than the map."""
    if survey.table.of_colours:
        return
    labels = [label for label in survey.labels if label.palette]
    if len(labels) >= _FEW:
        usual = _usual(labels)
        yield from _among(survey, labels, usual)
        yield from _against_map(survey, labels, usual)


def _usual(labels: list[LabelFacts]) -> dict[int, int]:
    """The most frequent colour of each id."""
    votes = collections.defaultdict(collections.Counter)
    for label in labels:
        for index, colour in label.palette.items():
            votes[index][colour] += 1
    return {i: votes[i].most_common(1)[0][0] for i in votes}


def _among(survey, labels, usual: Mapping[int, int]) -> Iterator[Finding]:
    renumbered, repainted = [], []
    for label in labels:
        other = {i for i, c in label.palette.items() if usual[i] != c}
        if not other:
            continue
        theirs = {label.palette[i] for i in other}
        same_colours = theirs <= set(usual.values())
        (renumbered if same_colours else repainted).append(label)
    if renumbered:
        yield _finding(
            survey,
            renumbered,
            ERROR,
            "have",
            "the usual colours under other ids "
            f"({_example(renumbered[0], usual)})",
            "A program renumbered them when it saved them; export them again "
            "with the same palette as the others.",
        )
    if repainted:
        yield _finding(
            survey,
            repainted,
            WARNING,
            "have",
            "a palette of other colours than the rest "
            f"({_example(repainted[0], usual)})",
            "Look at overlays of them (--sheet): their ids may mean something "
            "else.",
        )


def _against_map(survey, labels, usual) -> Iterator[Finding]:
    """The usual palette calls ids what the class map calls otherwise."""
    named = palettes.of_class_set(survey.domain.class_set)
    names = survey.class_names
    same, other = [], []
    for index, colour in usual.items():
        train_id = survey.table.train_ids.get(index)
        if colour in named and train_id is not None and train_id < len(names):
            fits = named[colour] == names[train_id]
            (same if fits else other).append(index)
    if len(other) < 2 or len(other) <= len(same):
        return
    index = other[0]
    yield _finding(
        survey,
        labels,
        ERROR,
        "are",
        "painted in the colours of the class map, but under other ids: "
        f"id {index} has the colour of {named[usual[index]]!r} and means "
        f"{names[survey.table.train_ids[index]]!r}",
        "Give the class map the ids that the files have.",
    )


def _finding(survey, labels, severity, verb, what, advice) -> Finding:
    paths = tuple(label.path for label in labels)
    return survey.finding(
        severity,
        "palette_mismatch",
        f"{count(len(labels), 'palette label', verb)} {what}: {listed(paths)}.",
        advice,
        paths,
        LIKELY,
    )


def _example(label: LabelFacts, usual: Mapping[int, int]) -> str:
    index = next(i for i, c in label.palette.items() if usual[i] != c)
    ours, theirs = usual[index], label.palette[index]
    return f"id {index} is {colour_of(theirs)}, usually {colour_of(ours)}"
