"""The contact sheet: both domains one under the other, labels beneath."""

from collections.abc import Sequence

import numpy as np

from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.pictures import colourise
from tf_advseg.pictures import contact_sheet


def streets_sheet(
    domains: Sequence[Domain], split: str, columns: int
) -> np.ndarray:
    """Returns a row of images and a row of labels for each domain.

    Args:
        domains: Domains with labels in `split`.
        split: Where the images come from, from its first on.
        columns: How many images of each domain.

    Returns:
        uint8 `(h, w, 3)`.
    """
    rows = []
    for domain in domains:
        keys = domain.keys(split)[:columns]
        palette = domain.class_set.palette
        rows.append([domain.read_image(key) for key in keys])
        rows.append(
            [colourise(domain.read_label(key), palette) for key in keys]
        )
    return contact_sheet(rows)
