"""Says whether models or exports are what was written, and who signed them.

    tf_advseg verify runs/RUN/best.keras runs/RUN/export --verify_key=pub.pem

holds each file to the SHA-256 recorded beside it and, with --verify_key, all to
their signature. The exit status is 5 if a file was changed, added or removed,
or is not signed by the key's owner; the file is named.
"""

import dataclasses

from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import VerifySettings


@dataclasses.dataclass(frozen=True)
class VerifyingSettings(VerifySettings):
    """Some models to look at."""


COMMAND = Command(
    VerifyingSettings, place=76, words="MODEL_OR_FOLDER ...", tensorflow=False
)
