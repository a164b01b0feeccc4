"""Signs models or exports with a key of yours.

    tf_advseg sign runs/RUN/best.keras runs/RUN/export --sign_key=key.pem

writes best.keras.sig, and model.sig into a folder, as OpenSSF Model Signing
does; `tf_advseg verify` and that project's own `model_signing verify key` hold
a model to it. docs/platform.md says how to make a pair of keys.
"""

import dataclasses

from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import SignSettings


@dataclasses.dataclass(frozen=True)
class SigningSettings(SignSettings):
    """Some signatures."""

    def __post_init__(self):
        super().__post_init__()
        if not self.sign_key:
            raise ValueError("Say with what: --sign_key=PRIVATE_KEY.pem.")


COMMAND = Command(
    SigningSettings, place=75, words="MODEL_OR_FOLDER ...", tensorflow=False
)
