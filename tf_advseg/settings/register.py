"""Registers a model in an MLflow registry, as a function of images.

    tf_advseg register --model=runs/RUN --name=streets --alias=champion

takes the run's chosen model (best.keras), or a .keras file, or the folder of a
`tf_advseg export`, and makes a new version of the registered model `streets`:

    model = mlflow.pyfunc.load_model("models:/streets@champion")
    model.predict(image)["class_map"]

`image` is uint8 (H, W, 3) or (N, H, W, 3), RGB, of any size. Hashes, data ids
and where the model comes from are the version's tags.
"""

import dataclasses
import re

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import ModelSettings
from tf_advseg.settings.parts.places import check_extra
from tf_advseg.settings.parts.places import parse_address
from tf_advseg.settings.publish import PublishSettings


def parse_name(text: str) -> str:
    """Reads `--name`.

    Raises:
        ValueError: If MLflow would not take it.
    """
    if re.search("[/:%]", text) or text != text.strip():
        raise ValueError(
            f"a model's name has no '/', ':' or '%'; received {text!r}."
        )
    return text


def parse_alias(text: str) -> str:
    """Reads `--alias`.

    Raises:
        ValueError: If MLflow would not take it.
    """
    is_one = re.fullmatch(r"[\w-]*", text, re.ASCII)
    if not is_one or re.fullmatch(r"latest|v\d+", text, re.IGNORECASE):
        raise ValueError(
            "an alias is letters, digits, '_' and '-', and neither 'latest' "
            f"nor a version's number ('v3'); received {text!r}."
        )
    return text


@dataclasses.dataclass(frozen=True)
class RegisterSettings(Settings):
    """What to register, and where."""

    GROUP = COMMON

    model: str = same(ModelSettings, "model", "")
    name: str = setting(
        "",
        "The registered model's name; made if it is not there.",
        reads=parse_name,
    )
    alias: str = setting(
        "",
        "A name for this version, 'champion' say; it leaves the version that "
        "had it.",
        reads=parse_alias,
    )
    registry: str = setting(
        "",
        "MLflow's address, http://localhost:5000 say.",
        unset="MLFLOW_TRACKING_URI",
        reads=parse_address,
    )
    ungated: bool = same(PublishSettings, "ungated", False)

    def look(self) -> None:
        """Also refuses to register nothing, under no name, or by nothing."""
        super().look()
        if not self.model or not self.name:
            raise ValueError(
                "Say what to register, and as what: --model=runs/RUN "
                "--name=streets."
            )
        check_extra("mlflow")


COMMAND = Command(RegisterSettings, place=72)
