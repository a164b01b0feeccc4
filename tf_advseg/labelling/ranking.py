"""Which images of a pool would teach a segmenter most, once labelled.

    entropy        mean entropy of the pixels: where it does not know.
                   Settles, "Active Learning Literature Survey" (2009), 2.1
    disagreement   share of pixels that the mirrored image is seen otherwise:
                   where it contradicts itself. Query by committee, of two
                   views: Seung, Opper and Sompolinsky (1992)
    rare           mean over pixels of (p_c + 0.02)^-0.5, p_c the share of the
                   pixel's predicted class in the whole pool: images with
                   classes that there is little of. After the class balance of
                   Cai et al. (CVPR 2021, "Revisiting Superpixels for Active
                   Learning in Semantic Segmentation")
    diversity      greedy k-centre on pooled features: each next image is the
                   one farthest from all that were taken. Sener and Savarese,
                   "A Core-Set Approach" (arXiv 1708.00489), algorithm 1

Alone, each of the first three takes neighbours that show the same. So
`combined` takes the mean of their ranks, keeps the best `WIDTH` times as many
images as are wanted, and lets diversity choose among those (filter, then
cover: Wei, Iyer and Bilmes, "Submodularity in Data Subset Selection and Active
Learning", ICML 2015).

N images, C classes, F features.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

COMBINED, DIVERSITY = "combined", "diversity"
SCORED = ("entropy", "disagreement", "rare")
WIDTH = 4
_CALM = 0.02


@dataclasses.dataclass(frozen=True, eq=False)
class Pool:
    """What a segmenter makes of unlabelled images.

    Attributes:
        keys: Of the images, N.
        entropy: Mean normalised entropy `(N,)`, 0 to 1.
        disagreement: `(N,)`, 0 to 1.
        shares: Of each predicted class in each image `(N, C)`.
        features: Pooled `(N, F)`.
    """

    keys: Sequence[str]
    entropy: np.ndarray
    disagreement: np.ndarray
    shares: np.ndarray
    features: np.ndarray

    @property
    def rare(self) -> np.ndarray:
        """How rare what an image shows is in the pool `(N,)`."""
        weights = (self.shares.mean(axis=0) + _CALM) ** -0.5
        return self.shares @ weights


def suggest(pool: Pool, count: int, rank_by: str = COMBINED) -> list[int]:
    """Returns positions of images to label, the most telling first.

    Args:
        pool: The images.
        count: How many; all of a pool that has fewer.
        rank_by: "combined", "diversity" or one of `SCORED`.
    """
    if rank_by in SCORED:
        return _descending(getattr(pool, rank_by))[:count]
    if rank_by == DIVERSITY:
        middle = pool.features.mean(axis=0, keepdims=True)
        first = int(_distances(pool.features, middle).argmin())
        return k_centre(pool.features, count, first)
    best = _descending(telling(pool))[: WIDTH * count]
    taken = k_centre(pool.features[best], count, first=0)
    return [best[index] for index in taken]


def telling(pool: Pool) -> np.ndarray:
    """The mean of the ranks by each of `SCORED` `(N,)`, 0 to 1, 1 = first."""
    ranks = [ranked(getattr(pool, name)) for name in SCORED]
    return np.mean(ranks, axis=0)


def ranked(values: np.ndarray) -> np.ndarray:
    """Shares of the others that are smaller; equal ones count half.

    >>> ranked(np.array([5.0, 7.0, 5.0]))
    array([0.25, 1.  , 0.25])
    """
    smaller = (values[:, None] > values).sum(axis=1)
    equal = (values[:, None] == values).sum(axis=1) - 1
    return (smaller + equal / 2) / max(len(values) - 1, 1)


def k_centre(features: np.ndarray, count: int, first: int) -> list[int]:
    """Greedy k-centre: each next one is farthest from those that are taken.

    Args:
        features: `(N, F)`.
        count: How many to take.
        first: The position of the first.
    """
    taken = [first]
    nearest = _distances(features, features[[first]])
    while len(taken) < min(count, len(features)):
        nearest[taken] = -1.0  # Equal images are not taken twice.
        taken.append(int(nearest.argmax()))
        new = _distances(features, features[[taken[-1]]])
        nearest = np.minimum(nearest, new)
    return taken


def _distances(features: np.ndarray, one: np.ndarray) -> np.ndarray:
    return np.linalg.norm(features - one, axis=1)


def _descending(values: np.ndarray) -> list[int]:
    return [int(index) for index in np.argsort(-values, kind="stable")]
