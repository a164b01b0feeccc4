"""A class map proposed for labels that have none.

One class an id or colour. Names are numbers, unless a palette that is known
names all but 1 % of what is painted: then they are that palette's, a guess.
What is set aside is set aside for a reason that the file states.
"""

import dataclasses

import yaml

from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.classes.label_table import colour_of
from tf_advseg.datasets.doctor import palettes
from tf_advseg.proposing.codes import FoundCode
from tf_advseg.proposing.codes import FoundCodes
from tf_advseg.proposing.folders import LABELS

_NOTHING = ("void", "unlabeled", "unlabelled", "ignore", "ego vehicle")
_NOTHING += ("rectification border", "out of roi", "border")
"""What palettes call pixels that are of no class."""

_BLACK, _WHITE = 0x000000, 0xFFFFFF
_DEEPEST = 2**16 - 1


@dataclasses.dataclass(frozen=True)
class ProposedClass:
    """A class.

    Args:
        name: What it is called until somebody knows better.
        codes: What stands for it in label files; the first gives its colour.
    """

    name: str
    codes: tuple[FoundCode, ...]

    @property
    def pixels(self) -> int:
        return sum(code.pixels for code in self.codes)


@dataclasses.dataclass(frozen=True)
class Proposal:
    """What a class map is to say, and why.

    Args:
        found: What the labels hold.
        classes: In train-id order.
        ignored: What is to be ignored, each with the reason.
        guess: Whose palette the names are of; empty: they are numbers.
        label_folder: What folders of labels are called.
    """

    found: FoundCodes
    classes: tuple[ProposedClass, ...]
    ignored: tuple[tuple[FoundCode, str], ...]
    guess: str
    label_folder: str


def propose(found: FoundCodes, label_folder: str) -> Proposal:
    """Returns the classes that labels seem to have.

    Raises:
        DataError: If they show less than two.
    """
    guess = _guess(found)
    names = guess.classes if guess else {}
    ignored, by_name = [], {}
    for code in found.codes:
        colour = _painted(found, code)
        name = "" if colour is None else names.get(colour, "")
        reason = _why_nothing(found, code, name, guess)
        if reason:
            ignored.append((code, reason))
        else:
            name = name or f"class_{_number(found, code)}"
            by_name.setdefault(name, []).append(code)
    classes = tuple(ProposedClass(n, tuple(c)) for n, c in by_name.items())
    if len(classes) < 2:
        seen = ", ".join(found.text(code.code) for code in found.codes)
        raise DataError(
            f"The {found.num_labels:,} labels looked at hold {seen} and "
            "nothing else: one class cannot be told from anything. If others "
            "are rare, look at more (--look_at=0 is all)."
        )
    title = guess.text if guess and any(names.values()) else ""
    return Proposal(found, classes, tuple(ignored), title, label_folder)


def class_map_text(proposal: Proposal, name: str, heading: str) -> str:
    """Returns the proposal as the text of a class map.

    Args:
        proposal: What it is to say.
        name: Of the class set.
        heading: The first lines, a comment.
    """
    found = proposal.found
    lines = [f"# {line}".rstrip() for line in heading.split("\n")]
    lines.append(_line("name", name))
    if proposal.label_folder != LABELS:
        lines.append(_line("labels", proposal.label_folder))
    lines.append("classes:")
    lines += [_class_line(found, one) for one in proposal.classes]
    if proposal.ignored:
        lines.append("ignore:")
    for code, reason in proposal.ignored:
        lines.append(f"  - {found.text(code.code)}  # {reason}")
    if found.num_others:
        lines.append(
            f"# {found.num_others:,} more colours have "
            f"{found.share(found.other_pixels)} of the pixels: borders "
            "smoothed by a resize."
        )
        lines.append("unknown: ignore")
    return "\n".join(lines) + "\n"


def remark(found: FoundCodes, one: ProposedClass) -> str:
    """How much there is of a class, in a few words."""
    images = max(code.num_images for code in one.codes)
    text = (
        f"{found.share(one.pixels)} of the pixels, in {images:,} of "
        f"{found.num_labels:,} labels"
    )
    if any(code.code == 0 for code in one.codes):
        what = "black" if found.of_colours else "0"
        text += f"; {what} often is 'unlabelled': then move it to ignore"
    return text


def _class_line(found: FoundCodes, one: ProposedClass) -> str:
    entry: dict[str, object] = {"name": one.name}
    codes: list = [
        colour_of(code.code) if found.of_colours else code.code
        for code in one.codes
    ]
    entry["color" if found.of_colours else "id"] = (
        codes if len(codes) > 1 else codes[0]
    )
    colour = one.codes[0].colour
    if not found.of_colours and colour is not None:
        entry["color"] = colour_of(colour)
    text = yaml.safe_dump(
        entry, default_flow_style=True, sort_keys=False, width=float("inf")
    )
    return f"  - {text.strip()}  # {remark(found, one)}"


def _line(key: str, value: str) -> str:
    return yaml.safe_dump({key: value}, width=float("inf")).strip()


def _guess(found: FoundCodes) -> palettes.Guess | None:
    """The palette that the labels' colours, or their files' palette, are of."""
    painted = {}
    for code in found.codes:
        colour = _painted(found, code)
        if colour is not None:
            painted[colour] = painted.get(colour, 0) + code.pixels
    guess = palettes.guess(painted)
    if guess is None:
        return None
    # VOC's colours are made of numbers, and used for any classes.
    names = {
        colour: "" if name.startswith("index ") else name
        for colour, name in guess.classes.items()
    }
    return dataclasses.replace(guess, classes=names)


def _painted(found: FoundCodes, code: FoundCode) -> int | None:
    return code.code if found.of_colours else code.colour


def _number(found: FoundCodes, code: FoundCode) -> int:
    """What a class without a name is called by."""
    return found.codes.index(code) if found.of_colours else code.code


def _why_nothing(
    found: FoundCodes,
    code: FoundCode,
    name: str,
    guess: palettes.Guess | None,
) -> str:
    """Why a code is of no class, or an empty text."""
    share = found.share(code.pixels)
    if name.lower() in _NOTHING:
        return f"{share}; called {name!r} in {guess.text if guess else ''}"
    if found.of_colours:
        unnamed = code.code in (_BLACK, _WHITE) and not name
        if guess and any(guess.classes.values()) and unnamed:
            return f"{share}; {guess.text} has no such class"
        return ""
    # Masks of 0 and 255 have two classes.
    if code.code in (IGNORE_LABEL, _DEEPEST) and len(found.codes) > 2:
        return f"{share}; by custom what is not labelled"
    return ""
