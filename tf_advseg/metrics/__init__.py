"""What predictions are worth, in numbers."""
