"""Source images that look like the target's, by its images alone."""
