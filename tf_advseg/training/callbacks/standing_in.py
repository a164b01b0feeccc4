"""On workers that are not the chief: as if its callbacks were there."""

from collections.abc import Callable

import keras


class StandingIn(keras.callbacks.Callback):
    """Does nothing, at the steps at which the chief's callback does.

    All workers must run loops of equal length, or they would wait for each
    other in different operations.

    Args:
        due: That of the chief's callback.
    """

    def __init__(self, due: Callable[[int], bool]):
        super().__init__()
        self.due = due
