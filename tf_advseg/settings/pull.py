"""Fetches the current version from an address that `push` wrote to.

    tf_advseg pull s3://models/streets --out=model --verify_key=pub.pem

Every file is held to the SHA-256 that was pushed; with --verify_key the whole
to its maker's signature. Nothing is left if it is not as it should be.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import VerifySettings
from tf_advseg.settings.parts.places import OutSettings


@dataclasses.dataclass(frozen=True)
class PullSettings(OutSettings, VerifySettings):
    """One fetch."""

    out: str = same(OutSettings, "out", "model")


COMMAND = Command(PullSettings, place=74, words="ADDRESS", tensorflow=False)
