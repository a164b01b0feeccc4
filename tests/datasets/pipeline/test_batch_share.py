"""Workers' shares make up the batches of one process, without overlap."""

import numpy as np
import pytest
from toy_domains import NumberedDomain

from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.pipeline.batch_share import WHOLE_BATCH
from tf_advseg.datasets.pipeline.batch_share import BatchShare

OPTIONS = SampleOptions(size=None, crop=(4, 8), flip=True, color_jitter=0.2)


def positions(share, start=0, count=8):
    dataset = share.positions(start, 8)
    return [int(p) for p in dataset.take(count)]


def test_positions_of_two_workers_with_two_devices():
    first, second = BatchShare(0, 2, 2), BatchShare(1, 2, 2)
    assert first.piece_size(8) == 2
    assert positions(first) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert positions(second) == [4, 5, 6, 7, 12, 13, 14, 15]
    assert positions(second, start=2, count=4) == [20, 21, 22, 23]
    assert positions(WHOLE_BATCH, start=1, count=3) == [8, 9, 10]


def test_what_cannot_be_divided_is_named():
    with pytest.raises(ValueError, match=r"3 workers with 2 devices.*of 6"):
        BatchShare(0, 3, 2).piece_size(8)


def batches(count, share=WHOLE_BATCH, start=0):
    domains = NumberedDomain(7), NumberedDomain(5, labels=False)
    dataset = pair(
        *domains,
        source_options=OPTIONS,
        target_options=OPTIONS,
        batch_size=4,
        seed=3,
        start=start,
        share=share,
    )
    return [
        (images["source"].numpy(), images["target"].numpy(), labels.numpy())
        for images, labels in dataset.take(count)
    ]


@pytest.mark.parametrize(("workers", "devices"), [(2, 1), (4, 1), (2, 2)])
def test_shares_together_are_the_global_batches(workers, devices):
    """Augmentation included; the second epoch begins within them."""
    whole = batches(3, start=1)
    shares = [
        batches(3 * devices, BatchShare(w, workers, devices), start=1)
        for w in range(workers)
    ]
    for step, of_one in enumerate(whole):
        pieces = [
            piece
            for share in shares
            for piece in share[step * devices : (step + 1) * devices]
        ]
        for part, together in enumerate(of_one):
            ours = np.concatenate([piece[part] for piece in pieces])
            np.testing.assert_array_equal(ours, together)
