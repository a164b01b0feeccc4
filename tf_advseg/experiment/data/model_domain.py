"""The images that a trained model is shown: a domain of the model's classes."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.datasets.classes.assumed_labels import table_of_models
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.experiment.data.several import make_domains_of


def classes_of(facts: Mapping[str, Any]) -> ClassSet:
    """The classes that a model predicts, from its file's metadata."""
    return ClassSet(
        name=facts.get("class_set", "model"),
        names=tuple(facts["classes"]),
        palette=tuple(tuple(colour) for colour in facts["palette"]),
    )


def make_model_domain(
    name: str, class_map: str, metadata: Sequence[Mapping[str, Any]]
) -> Domain:
    """Finds a domain and checks that it has the model's classes.

    Args:
        name: As `several.make_domains_of` takes it: one or more.
        class_map: A class map file; empty: the domain's own.
        metadata: Of each model's file; their classes are the same.

    Raises:
        ValueError: If the classes differ.
    """
    class_set = classes_of(metadata[0])
    domain = make_domains_of(
        name,
        class_map,
        class_set=class_set,
        labels_like=table_of_models(metadata),
    )
    check_same_classes(domain, class_set, name)
    return domain


def check_same_classes(
    domain: Domain, class_set: ClassSet, name: str = ""
) -> None:
    """Raises `ValueError` if a domain has other classes than a model.

    Args:
        domain: The domain.
        class_set: The model's.
        name: What the user called the domain.
    """
    if domain.class_set.names != class_set.names:
        raise ValueError(
            f"The model predicts {', '.join(class_set.names)}, but "
            f"{(name or domain.name)!r} is labelled with "
            f"{', '.join(domain.class_set.names)}. Give the class map that "
            "the model was trained with (--classes)."
        )
