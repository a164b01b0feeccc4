"""Classes, and what the ids in label files mean."""
