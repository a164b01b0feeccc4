"""The trained models that a run comes from."""
