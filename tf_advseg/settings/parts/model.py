"""Which trained model, or models, how they see images, and who signed them."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import parse_size
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import COMMON


def parse_weights(text: str) -> list[float] | None:
    """Reads `--ensemble_weights`; empty means None, equal weights.

    >>> parse_weights("0.7, 0.3")
    [0.7, 0.3]

    Raises:
        ValueError: If one is no number.
    """
    if not text:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(
            f"Cannot read the weights {text!r}; expected one number a model, "
            "separated by commas: 0.7,0.3 say."
        ) from None


def parse_scales(text: str) -> list[float]:
    """Reads `--tta_scales`.

    >>> parse_scales("1, 1.5")
    [1.0, 1.5]

    Raises:
        ValueError: If one is no number of at least 0.1 and at most 10, or
            stands there twice.
    """
    try:
        scales = [float(part) for part in text.split(",")]
    except ValueError:
        scales = []
    usable = all(0.1 <= scale <= 10 for scale in scales)
    if not scales or not usable or len(set(scales)) != len(scales):
        raise ValueError(
            f"Cannot read the scales {text!r}; expected different numbers "
            "from 0.1 to 10, separated by commas: 1,1.5 say."
        )
    return scales


def parse_window(text: str) -> tuple[int, int] | None:
    """Reads `--window`; empty means None.

    Raises:
        ValueError: If it is no size in pixels.
    """
    if text == "native":
        raise ValueError("A window has a size: 512x512 say, not 'native'.")
    return parse_size(text)


@dataclasses.dataclass(frozen=True)
class ModelSettings(Settings):
    """A model, or several that predict together."""

    GROUP = "Model"

    model: str = setting(
        "",
        "A .keras file or the folder of a training run (its best.keras, or "
        "else last.keras). Several, separated by commas, predict together. "
        "`predict` also takes an exported .tflite, and 'streets', the model "
        "that comes with tf_advseg.",
        finds=finding.find_models,
        group=COMMON,
    )
    ensemble_weights: str = setting(
        "",
        "Weights of several models, '0.7,0.3'.",
        reads=parse_weights,
        unset="equal",
        was="weights",
    )
    combine: str = setting(
        "logits",
        "What several models add up: 'logits' or 'probabilities'.",
        choices=("logits", "probabilities"),
    )
    size: str = setting(
        "",
        "HEIGHTxWIDTH that images are resized to for the network, or 'native'.",
        reads=parse_size,
        unset="the size in the model's file",
    )

    def __post_init__(self):
        if not self.model_paths:
            raise ValueError(
                "Say which model: --model=RUN_FOLDER or --model=FILE.keras; "
                "several separated by commas predict together."
            )
        super().__post_init__()

    @property
    def model_paths(self) -> list[str]:
        """The paths in `model`."""
        paths = (path.strip() for path in self.model.split(","))
        return [path for path in paths if path]

    @property
    def model_weights(self) -> list[float] | None:
        """The numbers in `ensemble_weights`, or None for equal ones."""
        return parse_weights(self.ensemble_weights)


@dataclasses.dataclass(frozen=True)
class ViewsSettings(Settings):
    """Test-time augmentation: several looks at each image, averaged."""

    GROUP = "Model"

    tta_scales: str = setting(
        "1",
        "Sizes at which the network looks at each image, as factors: '1,1.5'. "
        "What it sees is averaged.",
        reads=parse_scales,
    )
    tta_flip: bool = setting(
        False, "It looks at the mirrored image too, at each size."
    )
    window: str = setting(
        "",
        "HEIGHTxWIDTH of a window that slides over each image, at --size "
        "and each of --tta_scales; where windows overlap, they are averaged.",
        reads=parse_window,
        unset="the image whole",
    )
    overlap: float = setting(
        0.5, "Of neighbouring windows, a share of --window.", low=0, below=1
    )

    def __post_init__(self):
        super().__post_init__()
        overlap = ViewsSettings.__dataclass_fields__["overlap"].default
        if self.overlap != overlap and not self.window:
            raise ValueError(
                f"--overlap={self.overlap:g} is of windows; give --window too, "
                "512x512 say."
            )

    @property
    def view_scales(self) -> list[float]:
        """The numbers in `tta_scales`."""
        return parse_scales(self.tta_scales)


@dataclasses.dataclass(frozen=True)
class BatchSettings(Settings):
    """How many images go through a network together."""

    GROUP = COMMON

    batch_size: int = setting(
        1,
        "Images that the network sees at once: neighbouring ones of equal "
        "size; in training so many of each domain, over all devices together.",
        low=1,
    )


@dataclasses.dataclass(frozen=True)
class ServedModelSettings(Settings):
    """A model on a server."""

    GROUP = COMMON

    model_name: str = setting("tf_advseg", "What the server calls the model.")


@dataclasses.dataclass(frozen=True)
class UngatedSettings(Settings):
    """What may be handed on."""

    GROUP = "More"

    ungated: bool = setting(
        False,
        "Take what the gate of `tf_advseg export` refused, or never looked at.",
    )


@dataclasses.dataclass(frozen=True)
class SignSettings(Settings):
    """A signature to make."""

    GROUP = "Signature and address"

    sign_key: str = setting(
        "",
        "Sign with this private key (elliptic curve, PEM): model.sig in the "
        "folder; needs the extra 'signing'.",
        unset="no signature",
        finds=finding.find_file,
    )


@dataclasses.dataclass(frozen=True)
class VerifySettings(Settings):
    """A signature to hold a model to."""

    GROUP = "Signature and address"

    verify_key: str = setting(
        "",
        "Refuse what the owner of this public key (PEM) has not signed as it "
        "is; needs the extra 'signing'.",
        unset="signatures are not looked at",
        finds=finding.find_file,
    )
