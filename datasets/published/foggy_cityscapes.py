"""Foggy Cityscapes (Sakaridis et al., IJCV 2018): rendered fog.

    ROOT/leftImg8bit_foggy/SPLIT/CITY/*_leftImg8bit_foggy_beta_0.02.png
    ROOT/gtFine/SPLIT/CITY/*_gtFine_labelIds.png

Each image of Cityscapes comes in three densities: attenuation coefficients
in 1/m, more is thicker. The labels are those of Cityscapes, so its `gtFine`
goes into the same root (a link will do).
"""

import dataclasses

from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.published.cityscapes import CITYSCAPES

FOGGY = dataclasses.replace(
    CITYSCAPES,
    name="foggy-cityscapes",
    title="Foggy Cityscapes",
    creators=("Christos Sakaridis", "Dengxin Dai", "Luc Van Gool"),
    training_size=None,
    unverified=(
        "the licence's wording",
        "layout and naming (from others' programs)",
        "the counts, which are those of Cityscapes",
    ),
    images=("leftImg8bit_foggy/{split}/*/*_leftImg8bit_foggy_beta_{beta}.png",),
    options={"beta": Option(0.02, ("0.005", "0.01", "0.02"))},
)
