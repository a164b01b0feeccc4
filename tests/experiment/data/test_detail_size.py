"""What training images windows of details fit into."""

import dataclasses

import pytest

from tf_advseg.experiment import making
from tf_advseg.experiment.data.detail_size import check_detail_window
from tf_advseg.networks.layers.scales.windows import Windows
from tf_advseg.settings.train import TrainSettings

WINDOWS = Windows((16, 32), 8)
TWO_SCALES = TrainSettings(detail_window="16x32", crop="32x64")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"crop": "36x64"}, r"--crop=36x64: .* multiples of 8 and at least"),
        ({"crop": "32x24"}, r"--crop=32x24: .* at least the window's"),
        (
            {"crop": "", "source_size": "32x64", "target_size": "30x64"},
            r"--target_size=30x64: .* multiples of 8",
        ),
        (
            {"crop": "", "source_size": "native"},
            r"images of one size; give --crop",
        ),
    ],
)
def test_images_that_do_not_fit_are_named(changes, why):
    settings = dataclasses.replace(TWO_SCALES, **changes)
    with pytest.raises(ValueError, match=why):
        check_detail_window(settings, WINDOWS)


def test_images_that_fit_are_taken():
    check_detail_window(TWO_SCALES, WINDOWS)
    check_detail_window(dataclasses.replace(TWO_SCALES, crop="16x32"), WINDOWS)
    check_detail_window(TrainSettings(crop="31x7"), None)
    without = dataclasses.replace(TWO_SCALES, crop="", target_size="32x64")
    check_detail_window(dataclasses.replace(without, source="none"), WINDOWS)


@pytest.mark.parametrize("value", ["64", "0x32", "native"])
def test_what_is_no_window_is_named(value):
    with pytest.raises(ValueError, match="detail_window"):
        TrainSettings(detail_window=value)


def test_a_share_of_both_losses_goes_to_the_window():
    settings = dataclasses.replace(
        TWO_SCALES, method="dacs", detail_weight=0.25
    )
    method = making.scaled(settings)
    assert method.source_weights["main"] == 0.75
    assert method.source_weights["detail"] == 0.25
    assert method.target_weights == {"main": 0.75, "detail": 0.25}
    # What others ask of target images is of the fused logits.
    others = making.scaled(dataclasses.replace(settings, method="minent"))
    assert others.source_weights["detail"] == 0.25
    assert "detail" not in others.target_weights
