"""The model card: what an export says of itself, to people."""
