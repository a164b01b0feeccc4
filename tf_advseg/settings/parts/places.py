"""Where things are taken from and written to."""

import dataclasses

from tf_advseg.base.checks import check_choice
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import COMMON

KINDS = ("ids", "classes", "overlay", "entropy")
"""What can be saved of a prediction; also the folders' names."""


def parse_kinds(text: str) -> tuple[str, ...]:
    """Reads `--save`: kinds separated by commas.

    Raises:
        ValueError: If one does not exist, or there is none.
    """
    kinds = [part.strip() for part in text.split(",") if part.strip()]
    if not kinds:
        raise ValueError(
            f"It names nothing to save; choose of {', '.join(KINDS)}."
        )
    return tuple(check_choice("kind of output", kind, KINDS) for kind in kinds)


@dataclasses.dataclass(frozen=True)
class RunSettings(Settings):
    """A run on the disk."""

    GROUP = COMMON

    run: str = setting("", "The folder of a training run.", decides="place")


@dataclasses.dataclass(frozen=True)
class OutSettings(Settings):
    """What is written."""

    GROUP = COMMON

    out: str = setting("", "The folder, or file, to write.")


@dataclasses.dataclass(frozen=True)
class ImagesSettings(OutSettings):
    """Images in, pictures of their predictions out."""

    input: str = setting(
        "",
        "An image, a folder, a pattern in quotes ('photos/**/*.jpg') or, for "
        "`predict`, a video.",
        finds=finding.find_input,
    )
    out: str = same(OutSettings, "out", "predictions")
    save: str = setting(
        "classes,overlay",
        "What to save, separated by commas: 'classes' (PNG whose values are "
        "class ids, with colours), 'ids' (the same, grey), 'overlay' (JPEG), "
        "'entropy' (PNG, value / 255 = normalised entropy; `client` needs "
        "gRPC for it).",
        reads=parse_kinds,
    )
