"""How the samples of one domain are made; the defaults change nothing."""

import dataclasses

from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import check_range

SCALE_LAWS = ("uniform", "log")


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
        channel_gain: The same for red, green and blue.
        blur: Probability that a sample is blurred by 3x3 pixels, after
            scaling.
        scale_law: "uniform" or "log": of scales from 1/2 to 2 half are under
            1.25 or, by the latter, under 1.
        crop_tries: Up to how many crops are drawn until one shows the class
            that its image was drawn for, see `rare_crops`.
    """

    size: tuple[int, int] | None = None
    crop: tuple[int, int] | None = None
    flip: bool = False
    scale_range: tuple[float, float] = (1.0, 1.0)
    color_jitter: float = 0.0
    channel_gain: float = 0.0
    blur: float = 0.0
    scale_law: str = "uniform"
    crop_tries: int = 1

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
        check_range("channel_gain", self.channel_gain, 0.0, 0.99)
        check_range("blur", self.blur, 0.0, 1.0)
        check_range("crop_tries", self.crop_tries, 1, 100)
        check_choice("scale_law", self.scale_law, SCALE_LAWS)

    @property
    def changes_appearance(self) -> bool:
        """Whether images change in colour or sharpness."""
        return bool(self.color_jitter or self.channel_gain or self.blur)
