"""Label-free scores, one file each."""
