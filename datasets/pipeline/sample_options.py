"""How the samples of one domain are made; the defaults change nothing."""

import dataclasses

from tf_advseg.base.checks import check_range


@dataclasses.dataclass(frozen=True)
class SampleOptions:
    """How the samples of one domain are made.

    Args:
        size: (H, W) that images are resized to first, bicubic, aspect ratio
            not kept; None keeps each image's own size.
        crop: (H, W) of the random piece that is taken after scaling, filled
            up where the image is smaller; None takes the whole size.
        flip: Whether every second sample, at random, is mirrored.
        scale_range: Smallest and largest random factor of the size.
        color_jitter: Strength j in [0, 1): brightness, contrast and
            saturation are each multiplied by a factor in [1 - j, 1 + j].
    """

    size: tuple[int, int] | None = None
    crop: tuple[int, int] | None = None
    flip: bool = False
    scale_range: tuple[float, float] = (1.0, 1.0)
    color_jitter: float = 0.0

    def __post_init__(self):
        for name in ("size", "crop"):
            value = getattr(self, name)
            if value is not None and (len(value) != 2 or min(value) < 1):
                raise ValueError(
                    f"Expected {name} as (height, width) in pixels, both at "
                    f"least 1; received {value!r}."
                )
        low, high = self.scale_range
        if not 0 < low <= high:
            raise ValueError(
                "Expected scale_range as (low, high) with 0 < low <= high; "
                f"received {self.scale_range!r}."
            )
        check_range("color_jitter", self.color_jitter, 0.0, 0.99)
