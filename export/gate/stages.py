"""What a network computes on the way, to find where an artefact departs.

preprocessing -> features -> logits -> scores -> classes
"""

import numpy as np

STAGES = ("resized", "preprocessing", "features", "logits", "scores")


def relative_error(found: np.ndarray, expected: np.ndarray) -> float | None:
    """Norm of the difference over the norm of `expected`; None if unlike."""
    if found.shape != expected.shape:
        return None
    expected = expected.astype(np.float64)
    size = np.linalg.norm(expected)
    return float(np.linalg.norm(found - expected) / max(size, 1e-30))
