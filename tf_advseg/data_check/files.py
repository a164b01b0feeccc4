"""Files that cannot be used: empty, cut short, 16-bit, no pictures at all."""

from collections.abc import Iterator

from tf_advseg.data_check.finding import ERROR
from tf_advseg.data_check.finding import Finding
from tf_advseg.data_check.finding import count
from tf_advseg.data_check.finding import listed
from tf_advseg.data_check.survey import SplitSurvey

_KINDS = {
    "missing": ("is gone", "are gone", "Copy them again, or mend the links."),
    "empty": (
        "is empty (0 bytes)",
        "are empty (0 bytes)",
        "Copy them again, or remove them with their partners.",
    ),
    "unreadable": (
        "may not be read",
        "may not be read",
        "Give yourself the right to read them.",
    ),
    "no_image": (
        "is no image of a known format",
        "are no images of a known format",
        "Remove them, or give them the ending that they deserve.",
    ),
    "too_large": (
        "has too many pixels or bytes",
        "have too many pixels or bytes",
        "Scale them down, cut them into pieces, or remove them.",
    ),
    "corrupt": (
        "cannot be decoded (cut short or damaged)",
        "cannot be decoded (cut short or damaged)",
        "Copy them again, or remove them with their partners.",
    ),
    "mode": (
        "has more than 8 bits a channel",
        "have more than 8 bits a channel",
        "Convert them to 8 bits; which of 65,536 steps become 0 to 255 is "
        "yours to say.",
    ),
}
_CODES = {"corrupt": "corrupt", "mode": "16_bit"}


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds files that no training could read."""
    for kind, (one, many, advice) in _KINDS.items():
        problems = {
            file.path: file.problem.sentence
            for pair in survey.pairs
            for file in pair.files
            if file.problem and file.problem.kind == kind
        }
        if not problems:
            continue
        paths = tuple(problems)
        verb = one if len(paths) == 1 else many
        sentence = f"{count(len(paths), 'file')} {verb}: {listed(paths)}."
        if kind == "corrupt":
            sentence += f" The first: {problems[paths[0]]}"
        code = _CODES.get(kind, kind)
        yield Finding(ERROR, code, survey.where, sentence, advice, paths)
