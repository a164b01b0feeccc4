"""One domain, or several as one: what `--source` and `--target` name.

    --source=renders,gta5:/data/gta5:0.3    --target=day,night

The first gives the run its classes, unless they are known already. The others
keep what their own class map says of their labels, mapped to these classes by
name; where nothing says it they are read as the first one's.
"""

from collections.abc import Callable
from pathlib import Path

from tf_advseg.base import call_strings
from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.assumed_labels import table_of
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.experiment import registry
from tf_advseg.settings.parts.data import NO_SOURCE


def make_domains_of(
    names: str,
    class_map: str | Path | None = None,
    class_set: ClassSet | None = None,
    labels_like: LabelTable | None = None,
) -> Domain:
    """Returns the domain that a text names, or a `Mixture` of several.

    Args:
        names: As `registry.make_domain` takes them, between commas, each with
            its share of what training draws if that is wanted.
        class_map: Of the only one, or of the first.
        class_set: The classes to map onto. A single folder's class map may
            have no others; of several, what has no counterpart is ignored.
        labels_like: As `registry.make_domain` takes it.

    Raises:
        DataError: If a folder cannot be used, or has none of the classes.
        ValueError: If a name is unknown, or the shares make no whole.
    """
    several = call_strings.parse_shares(names)
    if len(several) == 1:
        return registry.make_domain(names, class_map, class_set, labels_like)
    domains: list[Domain] = []
    for name, _ in several:
        if name == NO_SOURCE:
            raise ValueError(
                f"Cannot read {names!r}: {NO_SOURCE!r} is no domain, and "
                "stands alone."
            )
        domain = _own_classes_kept(name, class_map, class_set, labels_like)
        if not domains:
            class_map = None
            class_set = class_set or domain.class_set
            labels_like = table_of(domain) or labels_like
        domains.append(domain)
    return Mixture(domains, [share for _, share in several], class_set)


def _own_classes_kept(
    name: str,
    class_map: str | Path | None,
    class_set: ClassSet | None,
    labels_like: LabelTable | None,
) -> Domain:
    """The domain, in the classes if it fits them, or else in its own."""
    try:
        return registry.make_domain(name, class_map, class_set, labels_like)
    except DataError as error:
        if class_set is None:
            raise
        try:
            return registry.make_domain(name, class_map)
        except DataError:
            raise error from None


def tell_parts(domain: Domain, role: str, write: Callable[[str], None]) -> None:
    """Says how several domains are mixed, and which of their classes ignored.

    Args:
        domain: Of the run; nothing is said of one that is no mixture.
        role: What it plays: "source" or "target".
        write: Where lines go.
    """
    if not isinstance(domain, Mixture):
        return
    shares = ", ".join(f"{p.name} {p.share:.1%}" for p in domain.parts)
    write(f"Images of the {role} are drawn from {shares}.")
    for part in domain.parts:
        if part.ignored:
            write(
                f"{part.name} has classes that this run has not, and their "
                f"pixels are ignored: {', '.join(part.ignored)}."
            )


def check_split(domain: Domain, role: str, split: str) -> None:
    """Refuses a split to train on that one of several domains lacks.

    Raises:
        DataError: Naming the domain.
    """
    if not isinstance(domain, Mixture):
        return
    for part in domain.parts:
        if split not in part.domain.splits:
            raise DataError(
                f"{part.name} has no split {split!r} to train on (--{role}_"
                f"split); it has: {', '.join(part.domain.splits)}. All domains "
                f"of --{role} need it."
            )
