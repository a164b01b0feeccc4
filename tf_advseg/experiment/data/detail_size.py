"""Which training images windows of details fit into."""

from tf_advseg.networks.layers.scales.windows import Windows
from tf_advseg.settings.parts.samples import AUTO
from tf_advseg.settings.parts.samples import parse_sample_size
from tf_advseg.settings.train import TrainSettings


def check_detail_window(
    settings: TrainSettings, windows: Windows | None
) -> None:
    """Training images must be of whole cells, and no smaller than a window.

    Raises:
        ValueError: If they are not, or of no fixed size.
    """
    if windows is None:
        return
    said = {"crop": settings.crop}
    if not settings.crop:
        said = {
            "source_size": settings.source_size,
            "target_size": settings.target_size,
        }
    for name, text in said.items():
        size = parse_sample_size(text)
        if text == AUTO or (size is None and settings.source == "none"):
            continue
        if size is None:
            raise ValueError(
                f"--detail_window={settings.detail_window} needs training "
                "images of one size; give --crop, of twice its sides say."
            )
        unit = windows.unit
        pairs = list(zip(size, windows.size, strict=True))
        if any(whole % unit or whole < side for whole, side in pairs):
            raise ValueError(
                f"--{name}={text}: with --detail_window="
                f"{settings.detail_window} the sides must be multiples of "
                f"{unit} and at least the window's; its double is usual."
            )
