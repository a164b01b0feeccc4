"""Settings as flat frozen dataclasses, whose fields say all of themselves.

    @dataclasses.dataclass(frozen=True)
    class Schedule(Settings):
        GROUP = "Schedule"
        steps: int = setting(600, "Updates to make.", low=1)

The help, the values that are allowed, the group in `--help`: a setting is
declared in one place. `flags` makes flags of the fields; library code that
builds a settings object is checked just the same.
"""

import dataclasses
import inspect
import json
import operator
import types
import typing
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

from tf_advseg.base import checks


def setting(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    choices: Sequence[str] = (),
    reads: Callable[[str], Any] | None = None,
    finds: Callable[[str], None] | None = None,
    unset: str = "",
    group: str = "",
    decides: str = "",
    was: str = "",
    now: str = "",
) -> Any:
    """A field of a settings class.

    Args:
        default: Its value unless the user gives another.
        help: What it does.
        low: The least value.
        high: The largest value.
        above: What it must be above.
        below: What it must be below.
        choices: The values there are.
        reads: Makes something of the text, and raises `ValueError` if that
            cannot be done.
        finds: Raises `ValueError` if what the text names is not there; see
            `Settings.look`.
        unset: What happens by default, where the value does not say it.
        group: The heading that `--help` shows it under, instead of its
            class's `GROUP`.
        decides: What it decides of a training run, instead of its class's
            `DECIDES`: "weights", "choice" (which of them are recommended),
            "course" (how it goes, and what is written) or "place" (where
            things lie, machine by machine).
        was: A name that the flag had before.
        now: How that is said now, where the flag's name does not say it.
    """
    metadata = dict(locals())
    del metadata["default"]
    return dataclasses.field(default=default, metadata=metadata)


def same(settings: type, name: str, default: Any, **changes: Any) -> Any:
    """The field of another settings class, with a default of its own.

    Args:
        settings: The class that declares it.
        name: The field's name.
        default: The default here.
        **changes: What else is different here: `unset` or `finds`.
    """
    metadata = {**settings.__dataclass_fields__[name].metadata, **changes}
    if default and "unset" not in changes:
        # Of the other class's default, which is not the one here.
        metadata["unset"] = ""
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class Settings:
    """A settings class's base: each field is checked as it is declared.

    Rules between fields are a class's own; its `__post_init__` calls this one
    first.
    """

    GROUP = "More"
    """The heading that `--help` shows a class's own fields under."""
    DECIDES = "weights"
    """What a class's own fields decide of a training run; see `setting`."""

    def __init_subclass__(cls):
        for field in vars(cls).values():
            if isinstance(field, dataclasses.Field):
                own = {"group": cls.GROUP, "decides": cls.DECIDES}
                said = {k: v for k, v in field.metadata.items() if v != ""}
                field.metadata = types.MappingProxyType(
                    {**field.metadata, **own, **said}
                )

    def __post_init__(self):
        for field in dataclasses.fields(self):
            check(field, getattr(self, field.name))

    def look(self) -> None:
        """Raises `ValueError` for what the settings name and is not there.

        It is for what a user has just typed: what a run recorded may be gone.
        """
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value and field.metadata["finds"]:
                field.metadata["finds"](value)


def declared(settings: type[Settings]) -> Iterator[tuple[type, str]]:
    """A class's fields with the classes that declare them, its own first."""
    seen = set()
    for one in settings.__mro__:
        for name in inspect.get_annotations(one):
            if name not in seen:
                seen.add(name)
                yield one, name


def grouped(
    *settings: type[Settings], first: str
) -> dict[str, list[dataclasses.Field]]:
    """Fields under their headings: those of the bases, then its own.

    Args:
        *settings: Whose fields.
        first: The heading that comes before all others.
    """
    groups = {first: []}
    for one in settings:
        for owner in [*one.__mro__[1:], one]:
            groups.setdefault(getattr(owner, "GROUP", first), [])
        for _, name in declared(one):
            field = one.__dataclass_fields__[name]
            groups[field.metadata["group"]].append(field)
    return {title: found for title, found in groups.items() if found}


def names_deciding(settings: type[Settings], *what: str) -> set[str]:
    """Names of the fields that decide one of `what`; see `setting`."""
    return {
        field.name
        for field in dataclasses.fields(settings)
        if field.metadata["decides"] in what
    }


def plain_type(field: dataclasses.Field) -> type:
    """A field's type without `| None`."""
    inside: Any = typing.get_args(field.type) or [field.type]
    return next(one for one in inside if one is not types.NoneType)


def parse_size(text: str) -> tuple[int, int] | None:
    """Reads `HEIGHTxWIDTH`, in pixels; empty or `native` means None.

    >>> parse_size("128x256")
    (128, 256)

    Raises:
        ValueError: If it is anything else, or not positive.
    """
    if text in ("", "native"):
        return None
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(p.isdecimal() and int(p) for p in parts):
        raise ValueError(
            f"Cannot read the size {text!r}; expected HEIGHTxWIDTH in pixels, "
            "128x256 say."
        )
    return int(parts[0]), int(parts[1])


def to_json(settings: Any) -> str:
    """The settings as readable JSON, in the order of the fields."""
    return json.dumps(dataclasses.asdict(settings), indent=2) + "\n"


def changed(settings: Any) -> dict[str, Any]:
    """The values that are not the defaults, by name."""
    return {
        field.name: getattr(settings, field.name)
        for field in dataclasses.fields(settings)
        if getattr(settings, field.name) != field.default
    }


_LIMITS = {
    "low": ("at least", operator.ge),
    "above": ("above", operator.gt),
    "high": ("at most", operator.le),
    "below": ("below", operator.lt),
}


def limits(field: dataclasses.Field) -> str:
    """What a field's value must be, in words; empty if it may be anything."""
    return " and ".join(
        f"{words} {field.metadata[name]}"
        for name, (words, _) in _LIMITS.items()
        if field.metadata[name] is not None
    )


def check(field: dataclasses.Field, value: Any) -> None:
    """Raises `ValueError` if a field cannot have this value."""
    flag, rules = f"--{field.name}", field.metadata
    if rules["choices"]:
        checks.check_choice(flag, value, rules["choices"])
    for name, (_, holds) in _LIMITS.items():
        if rules[name] is not None and not holds(value, rules[name]):
            raise ValueError(
                f"{flag} must be {limits(field)}; received {value!r}."
            )
    if rules["reads"]:
        try:
            rules["reads"](value)
        except ValueError as error:
            raise ValueError(f"{flag}: {error}") from None
