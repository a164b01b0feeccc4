"""From what a user types to the object it names.

Methods, backbones, decoders and domains register by being exported from their
package; their names come from the classes themselves. A method of a program's
own registers by `register_method`.
"""

import dataclasses
import inspect
from pathlib import Path
from typing import Any

from tf_advseg import datasets
from tf_advseg import methods
from tf_advseg.base import call_strings
from tf_advseg.base import checks
from tf_advseg.datasets.archives import is_in_archive
from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.published import PUBLISHED
from tf_advseg.methods.method import Method
from tf_advseg.networks import backbones
from tf_advseg.networks import decoders
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.decoders.decoder import Decoder

_USERS: dict[str, type[Method]] = {}


def register_method(method: type[Method]) -> type[Method]:
    """Gives a method of yours a name, in this process.

    It is then a `method` like any other for `make_method`, `Recipe` and the
    commands called as functions. Registered again, it takes the place of the
    one before: a notebook's cell may run twice.

    Args:
        method: A frozen dataclass on `methods.Method`, with a `name` of its
            own and a default for each field.

    Returns:
        The same class: this is a decorator, above `dataclasses.dataclass`.

    Raises:
        ValueError: If it is none of that, or the name is a method's of this
            package.

    Example:
        >>> import dataclasses
        >>> @register_method
        ... @dataclasses.dataclass(frozen=True)
        ... class Sharpen(methods.MinEnt):
        ...     name = "sharpen"
        >>> make_method("sharpen(hardest=0.5)").hardest
        0.5
    """
    if not (inspect.isclass(method) and issubclass(method, Method)):
        raise ValueError(f"A method is a class on Method; received {method!r}.")
    what = f"The method {method.__name__}"
    name = vars(method).get("name")
    if not (isinstance(name, str) and name.isidentifier()):
        raise ValueError(
            f"{what} needs a name of its own that can stand in --method, "
            f"name: ClassVar[str] = 'mine' say; received {name!r}."
        )
    if name in _named_subclasses(methods, Method):
        raise ValueError(f"{what} is called {name!r}, as another is already.")
    if "__dataclass_fields__" not in vars(method):
        raise ValueError(f"{what} needs @dataclasses.dataclass(frozen=True).")
    try:
        method()
    except TypeError as error:
        raise ValueError(f"{what} needs defaults: {error}.") from None
    _USERS[name] = method
    return method


def method_classes() -> dict[str, type[Method]]:
    """Every registered method by the name that `--method` takes."""
    return _named_subclasses(methods, Method) | _USERS


def backbone_classes() -> dict[str, type[Backbone]]:
    """Every registered backbone by the name that `--backbone` takes."""
    return _named_subclasses(backbones, Backbone)


def decoder_classes() -> dict[str, type[Decoder]]:
    """Every registered decoder by the name that `--decoder` takes."""
    return _named_subclasses(decoders, Decoder)


def domain_names() -> list[str]:
    """The domains that need no folder, by the name that `--source` takes."""
    return sorted(datasets.DOMAINS)


def make_method(call: str) -> Method:
    """Builds a method from a call string such as `advent(gan="vanilla")`.

    Raises:
        ValueError: If there is no such method or option; suggests one.
    """
    return _make("method", call, method_classes())


def make_backbone(call: str) -> Backbone:
    """Builds a backbone from a call string such as `resnet101`.

    Raises:
        ValueError: If there is no such backbone or option; suggests one.
    """
    return _make("backbone", call, backbone_classes())


def make_decoder(call: str) -> Decoder:
    """Builds a decoder from a call string such as `fpn(channels=96)`.

    Raises:
        ValueError: If there is no such decoder or option; suggests one.
    """
    return _make("decoder", call, decoder_classes())


def make_domain(
    name: str,
    class_map: str | Path | None = None,
    class_set: ClassSet | None = None,
    labels_like: LabelTable | None = None,
) -> Domain:
    """Returns a registered domain, or the one in a folder.

    Args:
        name: A registered name, with options or without
            (`streets-real(seed=1)`, `gta5(root="/data/gta5")` or, for short,
            `gta5:/data/gta5`), or the path of a folder or an archive.
        class_map: A YAML file that says what the folder's labels mean; None
            looks for `classes.yaml` in it.
        class_set: The classes to map onto; a published data set that is not
            told its `classes` takes them.
        labels_like: How labels are read in a folder without a class map: as
            the source's (see `FolderDomain`).

    Raises:
        ValueError: If it is neither; suggests the nearest name.
        DataError: If the folder cannot be used.
    """
    given: dict[str, Any] = {
        "class_map": Path(class_map) if class_map else None,
        "class_set": class_set,
        "labels_like": labels_like,
    }
    if len(call_strings.split_names(name)) > 1:
        raise ValueError(
            f"{name!r} names several domains, and one is wanted here; --source "
            "and --target take several."
        )
    if not _is_call(name) and (Path(name).is_dir() or is_in_archive(name)):
        return datasets.FolderDomain(Path(name), **given)
    base, options = _domain_call(name)
    if base in datasets.LIBRARY_DOMAINS:
        maker = datasets.LIBRARY_DOMAINS[base]
        known = inspect.signature(maker).parameters
        _check_options("domain", base, options, [*known][: -len(given)])
        return maker(**options, **given)
    maker = {**datasets.DOMAINS, **datasets.NATIVE_DOMAINS}[base]
    known = list(inspect.signature(maker).parameters)
    if base in PUBLISHED:
        # `**options` are the data set's own.
        known = [*known[:-1], *PUBLISHED[base].options]
    _check_options("domain", base, options, known)
    if class_set is not None and "classes" in known:
        for name, known_set in CLASS_SETS.items():
            if known_set.names == class_set.names:
                options.setdefault("classes", name)
    return maker(**options)


def _is_call(name: str) -> bool:
    """Whether it is a library's data set, whose options no path is as long as.

    Asking the system for a name of more than 255 letters is an error.
    """
    return any(name.startswith(f"{n}(") for n in datasets.LIBRARY_DOMAINS)


def _domain_call(name: str) -> tuple[str, dict[str, object]]:
    """The registered name and the options that a user typed."""
    base, colon, root = name.partition(":")
    if colon and base in datasets.NATIVE_DOMAINS:
        return base, {"root": root}
    if colon and base in datasets.LIBRARY_DOMAINS:
        return base, {"name": root}
    # A dash is no part of a Python name, but of a domain's.
    base, parenthesis, rest = name.partition("(")
    names = [*domain_names(), *datasets.NATIVE_DOMAINS]
    names += datasets.LIBRARY_DOMAINS
    if base not in names:
        if "/" in base or "\\" in base:
            raise checks.DataError(f"The folder {name!r} does not exist.")
        try:
            checks.check_choice("domain", base, names)
        except ValueError as error:
            raise ValueError(
                f"{error} Or give the path of a folder with images/ in it."
            ) from None
    call = base.replace("-", "_") + parenthesis + rest
    return base, call_strings.parse(call)[1]


def describe(thing: Any) -> str:
    """The call string that makes a method, backbone or decoder again."""
    defaults = type(thing)()
    changed = {
        field.name: getattr(thing, field.name)
        for field in dataclasses.fields(thing)
        if getattr(thing, field.name) != getattr(defaults, field.name)
    }
    return call_strings.render(thing.name, changed)


def _named_subclasses(
    package, base: type[Method] | type[Backbone] | type[Decoder]
) -> dict[str, type]:
    exported = (getattr(package, name) for name in package.__all__)
    return {
        c.name: c
        for c in exported
        if inspect.isclass(c) and issubclass(c, base) and c is not base
    }


def _make(what, call, classes):
    name, options = call_strings.parse(call)
    checks.check_choice(what, name, classes)
    fields = [field.name for field in dataclasses.fields(classes[name])]
    _check_options(what, name, options, fields)
    try:
        return classes[name](**options)
    except TypeError as error:
        raise ValueError(f"Cannot make {what} {call!r}: {error}.") from None


def _check_options(what, name, options, known) -> None:
    for option in options:
        checks.check_choice(f"option of {what} {name!r}:", option, known)
