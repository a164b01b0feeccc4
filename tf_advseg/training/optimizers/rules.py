"""Numbers for variables, by rules on their paths."""

from collections.abc import Sequence

import keras

Rate = float | keras.optimizers.schedules.LearningRateSchedule
Rules = Sequence[tuple[str, float]]
"""Pairs of a substring of `variable.path` and a number; the first match
counts."""


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
