"""Foreign checkpoints in, and out again."""
