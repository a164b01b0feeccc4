"""Files that cannot be used: empty, cut short, 16-bit, no pictures at all."""

from collections.abc import Iterator

from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey

_KINDS = {
    "missing": ("are", "gone", "Copy them again, or mend the links."),
    "empty": (
        "are",
        "empty (0 bytes)",
        "Copy them again, or remove them with their partners.",
    ),
    "unreadable": (
        "have",
        "rights that forbid reading",
        "Give yourself the right to read them.",
    ),
    "no_image": (
        "are",
        "of no known image format",
        "Remove them, or give them the ending that they deserve.",
    ),
    "too_large": (
        "have",
        "too many pixels or bytes",
        "Scale them down, cut them into pieces, or remove them.",
    ),
    "corrupt": (
        "are",
        "damaged or cut short and cannot be decoded",
        "Copy them again, or remove them with their partners.",
    ),
    "mode": (
        "have",
        "more than 8 bits a channel",
        "Convert them to 8 bits; which of 65,536 steps become 0 to 255 is "
        "yours to say.",
    ),
}
"""Verb, what follows it, and advice for each kind of problem."""

_CODES = {"corrupt": "corrupt", "mode": "16_bit"}


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds files that no training could read."""
    for kind, (verb, what, advice) in _KINDS.items():
        problems = {
            file.path: file.problem.sentence
            for pair in survey.pairs
            for file in pair.files
            if file.problem and file.problem.kind == kind
        }
        if not problems:
            continue
        paths = tuple(problems)
        noun = count(len(paths), "file", verb)
        sentence = f"{noun} {what}: {listed(paths)}."
        if kind == "corrupt":
            sentence += f" The first: {problems[paths[0]]}"
        code = _CODES.get(kind, kind)
        yield survey.error(code, sentence, advice, paths)
