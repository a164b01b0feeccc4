"""What a user can mend, and what the runner's exit status says."""

from __future__ import annotations

OK = 0
USER_ERROR = 1
SKIPPED_FRAMES = 3
DRIFT_ALARM = 4
INTERRUPTED = 130


class EdgeError(ValueError):
    """A wrong argument or file; its text is one sentence for the user."""
