"""Tries again, later and later, while a server is not available.

The waits double and are drawn at random below their bound ("full jitter"),
so that clients which were turned away together do not come back together.
"""

import dataclasses
import random
import time
from collections.abc import Callable
from typing import TypeVar

from tf_advseg.export.client.errors import UnavailableError

Result = TypeVar("Result")


@dataclasses.dataclass(frozen=True)
class Retry:
    """How often and after which waits.

    Args:
        retries: How many times after the first.
        first_wait: Seconds; the bound of the first wait.
        longest_wait: Seconds; the bound stops doubling here.
        sleep: Waits so many seconds.
        draw: Returns a number from 0 to 1.
    """

    retries: int = 6
    first_wait: float = 0.25
    longest_wait: float = 10.0
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random

    def call(self, function: Callable[[], Result]) -> Result:
        """Returns what `function` returns.

        Raises:
            UnavailableError: If the last try ended with it, too.
        """
        for attempt in range(self.retries):
            try:
                return function()
            except UnavailableError:
                bound = min(self.longest_wait, self.first_wait * 2**attempt)
                self.sleep(bound * self.draw())
        return function()
