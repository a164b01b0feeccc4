"""From settings to a run in progress."""
