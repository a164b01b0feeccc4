"""What is wrong with a run's data: before hours are spent on it, and after."""

import hashlib
from collections.abc import Callable
from collections.abc import Iterator

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import check_domain
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.domain_check import check_has_labels
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation.evaluating import has_labels
from tf_advseg.experiment import making
from tf_advseg.experiment.data import few_labels
from tf_advseg.experiment.data import several
from tf_advseg.experiment.making import Domains
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.distributed.workers import Workers


def check_data(
    settings: TrainSettings, domains: Domains, write: Callable[[str], None]
) -> None:
    """Finds what is wrong with folders before hours are spent on them."""
    target, split = domains.target, settings.eval_split
    oracle = making.scaled(settings).trains_on_target_labels
    looks = [(target, settings.target_split, oracle)]
    several.check_split(target, "target", settings.target_split)
    if domains.has_source:
        looks.insert(0, (domains.source, settings.source_split, True))
        several.check_split(domains.source, "source", settings.source_split)
        several.tell_parts(domains.source, "source", write)
    several.tell_parts(target, "target", write)
    if split not in target.splits and len(target.splits) > 1:
        write(
            f"{target.name} has no split {split!r} to evaluate on, so that "
            f"{settings.target_split!r} is looked at; it has: "
            f"{', '.join(target.splits)} (--eval_split)."
        )
    if split in target.splits:
        looks.append((target, split, target.has_labels(split)))
        _tell_not_evaluated(target, split, write)
    few = domains.target_labels
    if few is not None:
        looks.append((few, few_labels.SPLIT, True))
        few_labels.check_apart(few, target, split)
    for domain, split, needs_labels in _each(looks):
        write(domain.taken(split))
        if isinstance(domain, FolderDomain) or domain is few:
            check = check_domain(domain, split, needs_labels=needs_labels)
            write(check.summary())
        elif needs_labels:
            check_has_labels(domain, split)


def _each(
    looks: list[tuple[Domain, str, bool]],
) -> Iterator[tuple[Domain, str, bool]]:
    """The same, of several domains one after the other."""
    for domain, split, needs_labels in looks:
        if isinstance(domain, Mixture):
            for part in domain.parts_with(split):
                yield part.domain, split, needs_labels
        else:
            yield domain, split, needs_labels


def _tell_not_evaluated(
    target: Domain, split: str, write: Callable[[str], None]
) -> None:
    """Which of several targets the figures will say nothing of."""
    if not isinstance(target, Mixture):
        return
    there = target.parts_with(split)
    missing = [part.name for part in target.parts if part not in there]
    if missing:
        write(
            f"{', '.join(missing)} has no split {split!r} (--eval_split): "
            "figures are of the other targets alone."
        )
    bare = [p.name for p in there if not p.domain.has_labels(split)]
    if bare and len(bare) < len(there):
        write(
            f"Split {split!r} of {', '.join(bare)} has no labels, so that no "
            "target is evaluated against labels; give --eval_split a split "
            "that only labelled targets have."
        )


def check_labels(settings: DataSettings, domains: Domains) -> None:
    """An oracle needs something to ask."""
    if not has_labels(domains.target, settings.eval_split):
        raise ValueError(
            "--select=labels chooses by the target's labels, but split "
            f"{settings.eval_split!r} of {domains.target.name!r} has none. "
            "Use --select=fused, which needs none."
        )


def fingerprint(settings: DataSettings, domains: Domains) -> dict[str, str]:
    """What differs if a worker lists other files than the chief."""
    splits = {"target": (domains.target, settings.target_split)}
    if domains.has_source:
        splits["source"] = domains.source, settings.source_split
    if settings.eval_split in domains.target.splits:
        splits["evaluation"] = domains.target, settings.eval_split
    if domains.target_labels is not None:
        splits["target_labels"] = domains.target_labels, few_labels.SPLIT
    found = {}
    for role, (domain, split) in splits.items():
        keys = list(domain.keys(split))
        digest = hashlib.sha256("\n".join(keys).encode()).hexdigest()
        found[role] = f"{len(keys)} images, names {digest[:12]}"
    return found


def tell_corrupt_samples(
    faults: FaultLog, workers: Workers, write: Callable[[str], None]
) -> None:
    """Names the corrupt samples that any worker met in training."""
    found = workers.gather([faults.count, [*faults.faults]])
    count = sum(of_worker for of_worker, _ in found)
    if count:
        names = sorted({name for _, names in found for name in names})
        write(
            f"{count} reads of corrupt samples were skipped: "
            + ", ".join(names)
        )
