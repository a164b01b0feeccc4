"""What `tf_advseg sign` does, once its flags are settings."""

from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg.settings.sign import SigningSettings
from tf_advseg.sharing import recorded
from tf_advseg.sharing import signing


def run(
    words: Sequence[str],
    settings: SigningSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Signs what is as it was written; returns the exit status.

    Args:
        words: Models' files, or folders.
        settings: With which key.
        write: Where the report goes.
    """
    for word in words:
        recorded.check(word)
        write(f"Signed: {signing.sign(word, settings.sign_key)}")
    return 0
