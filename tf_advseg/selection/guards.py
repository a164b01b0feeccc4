"""Guards: what rules a candidate out before anything is ranked.

Source validation: a segmenter that hardly solves the labelled domain cannot
be trusted on the other one, however sure it is there. Source validation is
the oldest label-free score and a strong one (Musgrave, Belongie and Lim,
"Three New Validators and a Large-Scale Benchmark Ranking for Unsupervised
Domain Adaptation", arXiv 2208.07360), but blind to what happens on the
target, where one class may swallow the images. That shows in the mutual
information of pixel and class (see `mutual_information.py`), which falls to
0. So a candidate is kept if

    m >= (1 - t) max m      with m its mIoU on held-out source images
    I >= (1 - u) max I      with I its mutual information on the target,
                            the maximum over what the first line keeps

t = 0.35 drops beginnings and what forgot the source; u = 0.5 drops a collapse.
Both are wide on purpose: guards catch what is broken and do not choose among
what is sound.
"""

from collections.abc import Sequence

SOURCE_TOLERANCE = 0.35
INFORMATION_TOLERANCE = 0.5

Values = Sequence[float | None]


def passes_guards(source_mious: Values, information: Values) -> list[bool]:
    """Says of each candidate whether it is kept.

    Args:
        source_mious: m of each candidate.
        information: I of each, in the same order.
    """
    knows_source = near_best(source_mious, SOURCE_TOLERANCE)
    # What is dropped already is no measure for the others.
    left = [
        value if is_kept else None
        for value, is_kept in zip(information, knows_source, strict=True)
    ]
    is_sound = near_best(left, INFORMATION_TOLERANCE)
    pairs = zip(knows_source, is_sound, strict=True)
    return [first and second for first, second in pairs]


def near_best(values: Values, tolerance: float) -> list[bool]:
    """Says of each value whether it is near the largest.

    Args:
        values: None is kept: what is not known rules nothing out.
        tolerance: The share of the largest that may be lacking.

    Example:
        >>> near_best([0.40, 0.31, 0.29], 0.25)
        [True, True, False]
    """
    known = [value for value in values if value is not None]
    lowest = (1 - tolerance) * max(known, default=0.0)
    return [value is None or value >= lowest for value in values]
