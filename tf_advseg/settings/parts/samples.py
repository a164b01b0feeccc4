"""What images go through before they are trained on."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import parse_size
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import COMMON

AUTO = "auto"


def parse_sample_size(text: str) -> tuple[int, int] | None:
    """As `parse_size`; `auto` means None too, until the images are seen."""
    return None if text == AUTO else parse_size(text)


@dataclasses.dataclass(frozen=True)
class SampleSettings(Settings):
    """Sizes, augmentation, order and cache of training samples."""

    GROUP = "Samples"

    source_size: str = setting(
        AUTO,
        "HEIGHTxWIDTH that source images are resized to; 'native' keeps each "
        "image's own and then needs --crop; 'auto' keeps their aspect ratio, "
        "with 320 pixels at most a side.",
        reads=parse_sample_size,
        group=COMMON,
    )
    target_size: str = setting(
        AUTO,
        "The same for target images, in training and evaluation.",
        reads=parse_sample_size,
        group=COMMON,
    )
    crop: str = setting(
        AUTO,
        "HEIGHTxWIDTH of random crops to train on; 'auto': of the target's "
        "shape, with about 32,000 pixels at most.",
        reads=parse_sample_size,
        unset="no crop",
    )
    flip: bool = setting(True, "Mirror every second training sample.")
    min_scale: float = setting(0.75, "Smallest random scale of a sample.")
    max_scale: float = setting(2.0, "Largest random scale of a sample.")
    source_max_scale: float = setting(
        0.0,
        "The same for source images, where they show things smaller than "
        "the target; 0: --max_scale.",
        low=0,
    )
    scale_law: str = setting(
        "log",
        "How scales are drawn: 'uniform', or 'log': halving as often as "
        "doubling.",
        choices=("uniform", "log"),
    )
    color_jitter: float = setting(
        0.4,
        "Strength (0 to 0.99) of random brightness, contrast, saturation.",
        low=0,
        high=0.99,
    )
    channel_gain: float = setting(
        0.2,
        "Strength (0 to 0.99) of random factors of red, green and blue: "
        "another white.",
        low=0,
        high=0.99,
    )
    blur: float = setting(
        0.3,
        "Probability that a training sample is blurred by 3x3 pixels.",
        low=0,
        high=1,
    )
    target_labels_share: float = setting(
        0.5,
        "With --target_labels: which share of the labelled images in each "
        "batch is theirs, in place of the source's.",
        above=0,
        below=1,
    )
    rare_class_temperature: float = setting(
        0.1,
        "Draw source images for their rare classes, as DAFormer does: 0.01 as "
        "published, larger is milder; 0 draws all images alike.",
        low=0,
    )
    rare_class_crops: int = setting(
        1,
        "With --rare_class_temperature: draw up to so many crops of an image "
        "until one shows the class that it was drawn for; 10 in DAFormer.",
        low=1,
        high=100,
    )
    source_style: str = setting(
        "none",
        "Give source images the style of random target images: "
        "'colour_statistics' (means and deviations of their colours) or 'fda' "
        "(their low frequencies). Goes with every method; target_oracle "
        "leaves it out.",
        choices=("none", "colour_statistics", "fda"),
    )
    source_style_share: float = setting(
        0.5, "Share of the source samples that it changes.", low=0, high=1
    )
    fda_beta: float = setting(
        0.01,
        "For --source_style=fda: up to which share of each side's "
        "frequencies; 0.01 to 0.09 in the paper.",
        low=0,
        below=0.5,
    )
    cache_dir: str = setting(
        "",
        "Folder to keep decoded and resized images in, for the next epoch and "
        "the next run.",
        unset="none but 0.5 GiB of memory a domain",
        decides="place",
    )
