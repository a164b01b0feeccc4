"""Which images of the target to label, and drafts to begin with."""
