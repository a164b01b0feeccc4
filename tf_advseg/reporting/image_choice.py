"""Chooses the images that are worth a look.

With labels: the largest gains, the largest losses, and what the adapted model
sees worst. Without: where the two models disagree in how sure they are.
"""

from tf_advseg.evaluation.measurement import Measurement


def choose_images(
    after: Measurement, before: Measurement | None, number: int
) -> dict[str, str]:
    """Returns keys of images with the reason why each is shown.

    Args:
        after: Of the adapted model.
        before: Of the source-only model, if there is one.
        number: Images at most.
    """
    scores = image_scores(after)
    if before is None:
        order = sorted(scores, key=scores.__getitem__)
        return _first(order, number, "Worst" if after.truth else "Surest")
    was = image_scores(before)
    gains = {key: scores[key] - was[key] for key in scores if key in was}
    falling = sorted(gains, key=gains.__getitem__, reverse=True)
    worst = sorted(gains, key=scores.__getitem__)
    most = -(-number * 3 // 8)
    if after.truth is None:
        lists = [
            (falling, number - number // 2, "Entropy rose most or fell least"),
            (falling[::-1], number // 2, "Entropy fell most or rose least"),
        ]
    else:
        lists = [
            (falling, most, "Gained most"),
            (falling[::-1], most, "Lost most or gained least"),
            (worst, number - 2 * most, "Worst after adaptation"),
        ]
    chosen: dict[str, str] = {}
    for keys, share, reason in lists:
        fresh = [key for key in keys if key not in chosen]
        chosen.update(_first(fresh, max(share, 0), reason))
    return dict(list(chosen.items())[:number])


def image_scores(found: Measurement) -> dict[str, float]:
    """Returns the mIoU of each image, or its entropy without labels."""
    if found.truth is None:
        return found.entropies
    scores = zip(found.keys, found.truth.image_mious, strict=True)
    return {key: float(score) for key, score in scores if score == score}


def _first(keys, number, reason):
    return dict.fromkeys(keys[:number], reason)
