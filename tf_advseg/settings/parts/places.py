"""Where things are taken from and written to."""

import dataclasses
import importlib.util
import re

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


TRACKERS = ("mlflow", "wandb")
"""Each is the name of its package and of its extra, too."""


def parse_trackers(text: str) -> tuple[str, ...]:
    """Reads `--track`: trackers separated by commas.

    Raises:
        ValueError: If one does not exist.
    """
    names = [part.strip() for part in text.split(",") if part.strip()]
    for name in names:
        check_choice("tracker", name, TRACKERS)
    return tuple(dict.fromkeys(names))


def parse_address(text: str) -> str:
    """Reads an address of MLflow.

    Raises:
        ValueError: If there is a password in it, which would be written down
            with the run's settings.
    """
    if re.search("://[^/@]*@", text):
        raise ValueError(
            "an address with a user or a password would be written into the "
            "run's folder; leave them out and set MLFLOW_TRACKING_USERNAME "
            "and MLFLOW_TRACKING_PASSWORD, or set MLFLOW_TRACKING_URI instead."
        )
    return text


def check_extra(name: str) -> None:
    """Raises `ImportError` if a tracker's package is not installed."""
    if importlib.util.find_spec(name) is None:
        raise ImportError(
            f"The package {name} is not installed: pip install "
            f"'tf-advseg[{name}]'."
        )


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
class DryRunSettings(Settings):
    """Whether anything is written at all."""

    GROUP = COMMON

    dry_run: bool = setting(
        False,
        "Say what would happen: data, sizes, memory, time. Nothing is written "
        "or trained.",
        decides="course",
    )


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


@dataclasses.dataclass(frozen=True)
class TrackingSettings(Settings):
    """Where a run is told to, beside its own folder."""

    GROUP = "Tracking"
    DECIDES = "course"

    track: str = setting(
        "",
        "Tell the run to 'mlflow', 'wandb' or 'mlflow,wandb' too; each needs "
        "the extra of that name. Their own environment variables hold.",
        reads=parse_trackers,
    )
    track_to: str = setting(
        "",
        "MLflow's address, http://localhost:5000 say.",
        unset="MLFLOW_TRACKING_URI",
        reads=parse_address,
        decides="place",
    )
    track_project: str = setting(
        "",
        "MLflow's experiment, W&B's project.",
        unset="MLFLOW_EXPERIMENT_NAME, WANDB_PROJECT, else tf_advseg",
    )
    track_models: bool = setting(
        False, "Send best.keras and last.keras too, at the end."
    )

    def __post_init__(self):
        super().__post_init__()
        if self.track_to and "mlflow" not in parse_trackers(self.track):
            raise ValueError(
                f"--track_to={self.track_to} is MLflow's address; give "
                "--track=mlflow with it. W&B's is WANDB_BASE_URL."
            )

    def look(self) -> None:
        """Also refuses a tracker whose package is not installed."""
        super().look()
        for name in parse_trackers(self.track):
            check_extra(name)


@dataclasses.dataclass(frozen=True)
class PushToSettings(Settings):
    """An address."""

    GROUP = "Signature and address"

    push_to: str = setting(
        "",
        "Where to: a folder, s3://, gs://, obs://, memory://, ... (what "
        "fsspec reads), hf://OWNER/NAME (both by the extra 'push'), or "
        "mlflow://NAME (the extra 'mlflow'). Readers see the old version or "
        "the new one, whole.",
    )
