"""The training step, the loop, and what watches it."""
