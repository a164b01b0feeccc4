"""What `tf_advseg verify` does, once its flags are settings."""

from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg.base.files.checksums import ChangedModel
from tf_advseg.base.process.exit_status import ERRORS_IN_DATA
from tf_advseg.settings.verify import VerifyingSettings
from tf_advseg.sharing import recorded
from tf_advseg.sharing import signing
from tf_advseg.sharing.signing import BadSignature


def run(
    words: Sequence[str],
    settings: VerifyingSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Looks at each; returns the exit status.

    Args:
        words: Models' files, or folders.
        settings: Whose signature they must have.
        write: Where the report goes.
    """
    status = 0
    for word in words:
        try:
            known = recorded.check(word)
            if settings.verify_key:
                signing.verify(word, settings.verify_key)
        except (ChangedModel, BadSignature) as error:
            write(f"{word}: WRONG: {error}")
            status = ERRORS_IN_DATA
            continue
        found = [f"{known} as recorded" if known else "no hash recorded"]
        if settings.verify_key:
            found.append("signed by the key's owner")
        write(f"{word}: {', '.join(found)}")
    return status
