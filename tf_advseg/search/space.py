"""What a search may change: flags of `train`, each with its values.

    learning_rate: {low: 3.0e-4, high: 3.0e-3, log: true}
    rare_class_crops: {low: 1, high: 10}
    decoder: [fpn, deeplab_v2]

A list names the values there are; low and high (log, step) are the ends of a
range. Both are held against what the flag itself allows.
"""

import contextlib
import dataclasses
import math
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.distributions import CategoricalDistribution
from optuna.distributions import FloatDistribution
from optuna.distributions import IntDistribution

from tf_advseg.base import checks
from tf_advseg.base.checks import DataError
from tf_advseg.base.fields import names_deciding
from tf_advseg.base.fields import plain_type
from tf_advseg.base.files.yaml_file import read_yaml
from tf_advseg.experiment import registry
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.train import TrainSettings

Space = dict[str, BaseDistribution]

DEFAULT: dict[str, Any] = {
    "method": ["advent", "minent", "maxsquare", "dacs"],
    "decoder": ["fpn", "deeplab_v2", "lraspp"],
    "target_weight_scale": {"low": 0.01, "high": 1.0, "log": True},
    "learning_rate": {"low": 3e-4, "high": 3e-3, "log": True},
    "backbone_learning_rate": {"low": 1e-4, "high": 1e-3, "log": True},
    "min_scale": {"low": 0.5, "high": 1.0},
    "max_scale": {"low": 1.0, "high": 2.5},
    "color_jitter": {"low": 0.0, "high": 0.8},
    "channel_gain": {"low": 0.0, "high": 0.5},
    "blur": {"low": 0.0, "high": 0.6},
}
"""Without `--space`. The defaults lie inside, so a search begins with them."""

_MEASURE = {f.name for f in dataclasses.fields(DataSettings)}
_MEASURE |= {"source_size", "target_size"}
"""What changes the measure and not the model: scores could not be compared."""

SEARCHABLE = names_deciding(TrainSettings, "weights") - _MEASURE
_MADE = {
    "method": registry.make_method,
    "backbone": registry.make_backbone,
    "decoder": registry.make_decoder,
}
"""What refuses names and options that are not there."""
_ENDS = {"low", "high", "log", "step"}
_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text (in quotes, if YAML takes it for something else)",
}


def read_space(file: str | Path, base: TrainSettings) -> Space:
    """Reads what is searched.

    Args:
        file: YAML; empty for `DEFAULT` without what `base` says otherwise
            than by default.
        base: The values of all flags where the search does not change them.

    Raises:
        DataError: If it is no space, or names what cannot be searched; with
            the key, and the file.
    """
    if not file:
        return _space(_free(base), base, "The default space")
    where = f"Space {str(file)!r}"
    declared = read_yaml(Path(file), "Space")
    if not isinstance(declared, Mapping) or not declared:
        raise DataError(
            f"{where} must map flags of `train` to their values, "
            "'learning_rate: {low: 3.0e-4, high: 3.0e-3, log: true}' say; "
            f"received {checks.brief(declared)}."
        )
    return _space(declared, base, where)


def starting_values(space: Space, base: TrainSettings) -> dict[str, Any]:
    """The first trial's values: those of `base`; {} if one lies outside."""
    values = {name: getattr(base, name) for name in space}
    inside = [_holds(space[name], value) for name, value in values.items()]
    return values if all(inside) else {}


def _holds(distribution: BaseDistribution, value: Any) -> bool:
    if isinstance(distribution, CategoricalDistribution):
        return value in distribution.choices
    assert isinstance(distribution, IntDistribution | FloatDistribution)
    return distribution.low <= value <= distribution.high


def _free(base: TrainSettings) -> dict[str, Any]:
    """The default space, without what the user has set."""
    usual = TrainSettings()
    bound = {"decoder"} if base.start else set()  # The start has one.
    return {
        name: values
        for name, values in DEFAULT.items()
        if getattr(base, name) == getattr(usual, name) and name not in bound
    }


def _space(
    declared: Mapping[Any, Any], base: TrainSettings, where: str
) -> Space:
    space = {}
    for name, values in declared.items():
        if name not in SEARCHABLE:
            raise DataError(f"{where}: {_unsearchable(str(name))}")
        try:
            space[name] = _distribution(str(name), values, base)
        except ValueError as error:
            raise DataError(f"{where}: {name}: {error}") from None
    if not space:
        raise DataError(f"{where} holds nothing to search; give --space.")
    return space


def _unsearchable(name: str) -> str:
    if name in _MEASURE:
        return (
            f"{name} decides what trials are measured on, so their scores "
            "could not be compared; give it as a flag."
        )
    flags = TrainSettings.__dataclass_fields__
    if name in flags:
        return f"{name} does not change what is learned; give it as a flag."
    hint = checks.near(name, SEARCHABLE) or " `train --help` lists all."
    return f"there is no flag {checks.brief(name)}.{hint}"


def _distribution(
    name: str, values: Any, base: TrainSettings
) -> BaseDistribution:
    field = TrainSettings.__dataclass_fields__[name]
    kind = plain_type(field)
    if isinstance(values, list) and values:
        choices = [_value(kind, value) for value in values]
        if len(set(choices)) < len(choices):
            raise ValueError(f"a value is named twice: {checks.brief(values)}.")
        _check(name, choices, base)
        return CategoricalDistribution(choices)
    if not isinstance(values, Mapping) or kind not in (int, float):
        ranges = " or {low: ..., high: ...}" if kind in (int, float) else ""
        raise ValueError(
            f"expected a list of values{ranges}; received "
            f"{checks.brief(values)}."
        )
    return _range(name, kind, values, base)


def _range(name: str, kind: type, values: Mapping, base: TrainSettings):
    unknown = sorted(str(key) for key in values if key not in _ENDS)
    if unknown or not {"low", "high"} <= set(values):
        raise ValueError(
            "a range has low and high, and log or step if you like; received "
            f"{checks.brief(dict(values))}."
        )
    low, high = (_value(kind, values[end]) for end in ("low", "high"))
    log = _value(bool, values.get("log", False))
    if not low < high:
        raise ValueError(f"low must be below high; received {low} and {high}.")
    if log and low <= 0:
        raise ValueError(f"with log, low must be above 0; received {low}.")
    _check(name, (low, high), base)
    make: Any = IntDistribution if kind is int else FloatDistribution
    if "step" in values:
        step = _value(kind, values["step"])
        if log or step <= 0:
            raise ValueError("step must be above 0, and log goes without it.")
        return make(low, high, step=step)
    return make(low, high, log=log)


def _value(kind: type, value: Any) -> Any:
    """A YAML value as the flag's type."""
    if kind is float and isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = float(value)  # YAML 1.1 takes 3e-4 for text.
    right = isinstance(value, float | int if kind is float else kind)
    if isinstance(value, bool) and kind is not bool:
        right = False
    if not right or (kind is float and not math.isfinite(float(value))):
        raise ValueError(
            f"must be {_WORDS[kind]}; received {checks.brief(value)}."
        )
    return kind(value)


def _check(name: str, values: Iterable[Any], base: TrainSettings) -> None:
    """Raises `ValueError` if the flag takes one of the values not."""
    for value in values:
        if name == "method" and str(value).startswith("target_oracle"):
            raise ValueError(
                "target_oracle trains on the target's labels; it is a bound, "
                "and no method to find."
            )
        if name in _MADE:
            _MADE[name](value)
        dataclasses.replace(base, **{name: value}).look()
