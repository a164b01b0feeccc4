"""What several workers cannot do, said before they start."""

import dataclasses
from typing import TYPE_CHECKING
from typing import Any

from tf_advseg.base.fields import names_deciding

if TYPE_CHECKING:
    from tf_advseg.settings.train import TrainSettings


def shared(settings: "TrainSettings") -> dict[str, Any]:
    """The settings that all workers must have in common, by flag.

    Where a folder is may differ from machine to machine.
    """
    own = names_deciding(type(settings), "place")
    return {
        f"--{name}": value
        for name, value in dataclasses.asdict(settings).items()
        if name not in own
    }


def check(settings: "TrainSettings") -> None:
    """Raises `ValueError` for settings that `multi_worker` refuses."""
    if settings.strategy != "multi_worker":
        return
    if not settings.run:
        raise ValueError(
            "--strategy=multi_worker needs --run: one folder that every "
            "worker can read and the chief can write."
        )
    if settings.compare not in ("auto", "none", settings.method):
        raise ValueError(
            f"--compare={settings.compare} trains two runs, and several "
            f"workers train one at a time: run --method={settings.compare} by "
            "itself, then compare with `tf_advseg report`."
        )
    if settings.on_alarm == "rollback":
        raise ValueError(
            "--on_alarm=rollback is for one machine; give --on_alarm=stop or "
            "warn with --strategy=multi_worker."
        )
