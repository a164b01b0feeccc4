"""What images go through before they are trained on."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import parse_size
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import COMMON


@dataclasses.dataclass(frozen=True)
class SampleSettings(Settings):
    """Sizes, augmentation, order and cache of training samples."""

    GROUP = "Samples"

    source_size: str = setting(
        "128x256",
        "HEIGHTxWIDTH that source images are resized to; 'native' keeps each "
        "image's own and then needs --crop.",
        reads=parse_size,
        group=COMMON,
    )
    target_size: str = setting(
        "128x256",
        "The same for target images, in training and evaluation.",
        reads=parse_size,
        group=COMMON,
    )
    crop: str = setting(
        "",
        "HEIGHTxWIDTH of random crops to train on.",
        reads=parse_size,
        unset="no crop",
    )
    flip: bool = setting(True, "Mirror every second training sample.")
    min_scale: float = setting(1.0, "Smallest random scale of a sample.")
    max_scale: float = setting(1.0, "Largest random scale of a sample.")
    color_jitter: float = setting(
        0.0,
        "Strength (0 to 0.99) of random brightness, contrast, saturation.",
        low=0,
        high=0.99,
    )
    rare_class_temperature: float = setting(
        0.0,
        "Draw source images for their rare classes, as DAFormer does: 0.01 as "
        "published, larger is milder; 0 draws all images alike.",
        low=0,
    )
    cache_dir: str = setting(
        "",
        "Folder to keep decoded and resized images in, for the next epoch and "
        "the next run.",
        unset="none but 0.5 GiB of memory a domain",
        decides="place",
    )
