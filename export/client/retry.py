"""Tries again, later and later, while a server is not available."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tf_advseg.export.client.errors import UnavailableError
from tf_advseg.export.client.errors import extra_needed

if TYPE_CHECKING:
    import tenacity


def retrying(
    retries: int = 6,
    first_wait: float = 0.25,
    longest_wait: float = 10.0,
    sleep: Callable[[float], None] = time.sleep,
) -> "tenacity.Retrying":
    """Returns what calls a function until the server is available.

    The waits double and are drawn at random below their bound ("full
    jitter"), so that clients which were turned away together do not come
    back together. What the last try raises is raised.

    Args:
        retries: How many times after the first.
        first_wait: Seconds; the bound of the first wait.
        longest_wait: Seconds; the bound stops doubling here.
        sleep: Waits so many seconds.

    Raises:
        ValueError: If the extra `serving` is not installed.
    """
    with extra_needed():
        import tenacity

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(UnavailableError),
        stop=tenacity.stop_after_attempt(retries + 1),
        wait=tenacity.wait_random_exponential(first_wait, longest_wait),
        sleep=sleep,
        reraise=True,
    )
