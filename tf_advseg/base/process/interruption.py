"""Ctrl-C and SIGTERM end a program in good order, wherever it is.

A cluster sends SIGTERM before it takes a machine away, and SIGKILL some
seconds later. In training the step in hand is finished and saved. Anywhere
else (compiling, evaluating, reporting) what is on the disk is already whole,
so the program ends there and then. A second signal ends it at once.
"""

import contextlib
import signal
import threading
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

SIGNALS = {signal.SIGINT: "Interrupted", signal.SIGTERM: "Terminated"}


class Interrupted(BaseException):
    """Ends what is under way; no `except Exception` holds it up."""


class Interruption:
    """Listens to signals while its context is open.

    Args:
        write: Told what happens next.

    Attributes:
        status: The exit status that says which signal came, 128 plus its
            number as shells have it; 0 before.
        waits: Whether a signal only sets `status`, for somebody who looks
            there; otherwise it raises `Interrupted`.
    """

    def __init__(self, write: Callable[[str], None] = print):
        self.status = 0
        self.waits = False
        self._write = write
        self._raised = False
        self._unsaid = ""
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interruption":
        # Python hands signals to the main thread alone.
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                self._previous[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, kind, error, trace) -> None:
        self._restore()
        self._say()
        if isinstance(error, Exception) and self._raised:
            # TensorFlow made an error of its own out of it.
            raise Interrupted from error

    def came(self, agree: Callable[[int], int] = int) -> bool:
        """Whether a signal came, to this process or to another worker.

        Args:
            agree: The largest status of all workers, from this one's. A
                signal that comes while they agree counts the next time.
        """
        self._say()
        agreed = agree(self.status)
        if agreed:
            self.status = agreed
        return bool(agreed)

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """A signal ends the body, and not just the program's wait for it.

        Raises:
            Interrupted: If one comes, or came already.
        """
        waited = self.waits
        try:
            self.waits = False
            if self.status:
                raise Interrupted
            yield
        except Exception as error:
            if self._raised:
                raise Interrupted from error
            raise
        finally:
            self.waits = waited

    def _stop(self, number, frame):
        del frame
        # Not what was there before: a command may listen within another.
        for one in SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        self.status = 128 + number
        then = "finishing this step, then saving" if self.waits else "stopping"
        self._unsaid = f"{SIGNALS[number]}: {then}."
        # A print that the signal came into cannot be entered again; whoever
        # looks next says it then.
        with contextlib.suppress(RuntimeError):
            self._say()
        if not self.waits:
            self._raised = True
            raise Interrupted

    def _say(self):
        if self._unsaid:
            self._write(self._unsaid)
            self._unsaid = ""

    def _restore(self):
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._previous = {}
