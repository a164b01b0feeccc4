"""Lists runs and compares them; tags, prunes, says where a model comes from.

    tf_advseg runs
    tf_advseg runs runs/monday runs/tuesday

list the runs in folders, and in the folders below (runs/ by default): method,
domains, steps, mIoU of the chosen weights and of the last, tags.

    tf_advseg runs compare runs/A runs/B --html=compared.html

shows what differs between runs: settings, curves, the IoU of each class.

    tf_advseg runs tag runs/A --add=good,for_paper --remove=draft

writes words of your own into a run; without flags it shows them.

    tf_advseg runs prune runs
    tf_advseg runs prune runs --what=unfinished --delete

says what could go and how many bytes that is, and removes it with --delete. It
never removes best.keras, last.keras, or anything of a run that has a tag.

    tf_advseg runs lineage runs/A
    tf_advseg runs lineage runs/A/best.keras

tells what a model was made of, and whether it still is what was written: data,
settings, version, the model it started from, exports and what the gate said
of them. The exit status is 5 if a file was changed.

--json=FILE writes the same for scripts; --json=- prints it instead of the text.
A folder that is called compare, tag, prune or lineage is ./compare and so on.
"""

import dataclasses

from tf_advseg.base import checks
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.check_data import CheckSettings
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command

ACTIONS = ("list", "compare", "tag", "prune", "lineage")
PRUNED = ("snapshots", "checkpoints", "unfinished")
_OWN = {
    "html": "compare",
    "add": "tag",
    "remove": "tag",
    "what": "prune",
    "delete": "prune",
}
"""Flags that only one action has."""


def parse_pruned(text: str) -> tuple[str, ...]:
    """Reads `--what`.

    Raises:
        ValueError: If one is none of `PRUNED`, or there is none.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ValueError(f"It names nothing; choose of {', '.join(PRUNED)}.")
    return tuple(checks.check_choice("thing", part, PRUNED) for part in parts)


@dataclasses.dataclass(frozen=True)
class RunsSettings(Settings):
    """What to do with runs."""

    GROUP = "Tidying"

    json: str = same(CheckSettings, "json", "")
    html: str = setting(
        "",
        "For compare: also write one HTML file that holds everything.",
        unset="only the terminal",
        group=COMMON,
    )
    add: str = setting("", "For tag: tags to give, separated by commas.")
    remove: str = setting("", "For tag: tags to take away.")
    what: str = setting(
        "snapshots,checkpoints",
        "For prune: 'snapshots' and 'checkpoints' of finished runs, and "
        "'unfinished' runs as a whole, separated by commas.",
        reads=parse_pruned,
    )
    delete: bool = setting(
        False, "For prune: remove it, and do not only say so."
    )

    def check_for(self, action: str) -> None:
        """Raises `ValueError` for a flag that the action does not have."""
        for name, own in _OWN.items():
            default = type(self).__dataclass_fields__[name].default
            if getattr(self, name) != default and action != own:
                raise ValueError(
                    f"--{name} is for `tf_advseg runs {own}`; here the runs "
                    f"are asked to {action}."
                )


COMMAND = Command(
    RunsSettings,
    place=55,
    words="[FOLDER ... | compare RUN ... | tag RUN ... | prune FOLDER ... | "
    "lineage MODEL_OR_RUN ...]",
    tensorflow=False,
)
