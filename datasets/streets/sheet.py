"""The contact sheet: both domains side by side, images over labels."""

import numpy as np

from tf_advseg.datasets.domain import Domain

GAP = 4
"""Pixels between pictures."""


def contact_sheet(
    domains: list[Domain], split: str, columns: int, first: int = 0
) -> np.ndarray:
    """Returns rows of images and coloured labels, uint8 `(h, w, 3)`."""
    rows = []
    for domain in domains:
        keys = domain.keys(split)[first : first + columns]
        rows.append([domain.read_image(key) for key in keys])
        rows.append([colour_label(domain, key) for key in keys])
    return np.concatenate([_framed(_beside(row)) for row in rows], axis=0)


def colour_label(domain: Domain, key: str) -> np.ndarray:
    """Returns the label of `key` in the class set's palette."""
    palette = np.zeros((256, 3), np.uint8)
    palette[: domain.class_set.num_classes] = domain.class_set.palette
    return palette[domain.read_label(key)]


def _beside(pictures: list[np.ndarray]) -> np.ndarray:
    framed = [np.pad(p, ((0, 0), (0, GAP), (0, 0))) for p in pictures]
    return np.concatenate(framed, axis=1)[:, :-GAP]


def _framed(row: np.ndarray) -> np.ndarray:
    return np.pad(row, ((0, GAP), (0, 0), (0, 0)))
