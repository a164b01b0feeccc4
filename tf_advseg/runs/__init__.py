"""One training run on the disk."""
