"""The error that everything about foreign weights raises."""


class WeightsError(ValueError):
    """Weights that are missing, damaged, or do not fit the network."""
