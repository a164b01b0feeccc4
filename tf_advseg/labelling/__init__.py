"""Which target images to label, drafts to begin with, and exports back."""
