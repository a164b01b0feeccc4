"""What `tf_advseg pull` does, once its flags are settings."""

from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg.settings.pull import PullSettings
from tf_advseg.sharing.push.pushing import pull


def run(
    words: Sequence[str],
    settings: PullSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Fetches a version; returns the exit status.

    Args:
        words: One address.
        settings: Where to, and whose it must be.
        write: Where the report goes.
    """
    if len(words) != 1:
        raise ValueError(f"Pull from one address; received {len(words)}.")
    pull(words[0], settings.out, settings.verify_key, write)
    return 0
