"""Numbers for variables, by rules on their paths."""

from collections.abc import Sequence

import keras

Rate = float | keras.optimizers.schedules.LearningRateSchedule
Rules = Sequence[tuple[str, float]]
"""Pairs of a substring of `variable.path` and a number; the first match
counts."""


DECODER_LAYERS = ("decoder_", "_aspp_", "_logits")
"""What is in the names of a decoder's layers, and in no backbone's."""


def backbone_rate(factor: float) -> Rules:
    """The rules by which the backbone learns at `factor` of the rate."""
    return [*decoder_rate(1.0), ("", factor)]


def decoder_rate(factor: float) -> Rules:
    """The rules by which the decoder learns at `factor` of the rate."""
    return [(part, factor) for part in DECODER_LAYERS]


def first_match(rules: list[list], path: str, default: float) -> float:
    return next((value for part, value in rules if part in path), default)


def checked(rules: Rules) -> list[list]:
    """Returns the rules as lists, as they come back from a saved file."""
    for rule in rules:
        if len(rule) != 2 or not isinstance(rule[0], str) or rule[1] < 0:
            raise ValueError(
                "A rule is a pair of a substring of a variable's path and a "
                f"number >= 0, such as ('_aspp_', 10.0); received {rule!r}."
            )
    return [list(rule) for rule in rules]
