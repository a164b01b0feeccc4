"""What `tf_advseg push` does, once its flags are settings."""

from collections.abc import Callable

from tf_advseg.export.artefacts.placing import folder_of_export
from tf_advseg.settings.push import PushSettings
from tf_advseg.sharing import signing
from tf_advseg.sharing.push.pushing import push


def run(settings: PushSettings, write: Callable[[str], None] = print) -> int:
    """Signs or verifies if asked to, pushes; returns the exit status.

    Args:
        settings: What to push, and where.
        write: Where the report goes.
    """
    folder = settings.folder or folder_of_export(settings.run)
    if settings.verify_key:
        signing.verify(folder, settings.verify_key)
    if settings.sign_key:
        write(f"Signed: {signing.sign(folder, settings.sign_key)}")
    push(folder, settings.push_to, settings.ungated, write)
    return 0
