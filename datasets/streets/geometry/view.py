"""The camera of a street scene: a pinhole that looks along the street.

World: metres, x to the right, y up from the road, z forward; the camera is at
(0, height, 0). Screen: half image widths, u right of the image's middle and v
down from the horizon. So a scene is the same at every image size.
"""

import dataclasses
import math

import numpy as np

NEAR = 0.7
"""Nearest drawn distance in metres: points before it are moved to it."""


@dataclasses.dataclass(frozen=True)
class View:
    """Where the camera stands and looks.

    Args:
        height: Of the camera over the road, in metres.
        focal: Focal length in half image widths (1 = 90 degrees wide).
        horizon: Row of the horizon as a fraction of the image height.
        pan: Where the vanishing point is, in half widths from the middle.
        roll: Rotation in radians.
    """

    height: float
    focal: float
    horizon: float
    pan: float
    roll: float

    def project(self, points: np.ndarray) -> np.ndarray:
        """Returns screen coordinates `(n, 2)` of world points `(n, 3)`."""
        distance = np.maximum(points[:, 2], NEAR)
        across = self.focal * points[:, 0] / distance + self.pan
        down = self.focal * (self.height - points[:, 1]) / distance
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        return np.stack(
            [across * cos - down * sin, across * sin + down * cos], axis=1
        )

    def pixels(self, points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """Returns pixel coordinates `(n, 2)`, x then y, for a `size`."""
        height, width = size
        screen = self.project(points) * (width / 2)
        return screen + np.array([width / 2, self.horizon * height])

    def rays(self, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Returns slopes x/z and -y/z of every pixel, `(H, W)` float32 each.

        A pixel at distance z shows the point x = slope_x * z and
        y = height - slope_y * z.
        """
        height, width = size
        columns = (np.arange(width, dtype=np.float32) + 0.5) / (width / 2) - 1
        rows = np.arange(height, dtype=np.float32) + 0.5
        rows = (rows - self.horizon * height) / (width / 2)
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        across = columns[None] * cos + rows[:, None] * sin - self.pan
        down = rows[:, None] * cos - columns[None] * sin
        scale = 1 / self.focal
        return (
            (across * scale).astype(np.float32),
            (down * scale).astype(np.float32),
        )
