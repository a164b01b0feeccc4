"""Which runs belong together: seeds of one method, and what each is held
against.

An adapted run is compared with a source-only run of the same settings and,
if there is one, the same seed. Where settings differ that should not, the
comparison is made and the report says which.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.reporting.facts import BASELINE_METHOD
from tf_advseg.reporting.facts import ORACLE_METHOD
from tf_advseg.reporting.facts import Group
from tf_advseg.reporting.facts import Pair
from tf_advseg.reporting.facts import RunFacts
from tf_advseg.runs.compared import read_compared_with
from tf_advseg.runs.recorded_settings import decisive_settings

_OF_THE_METHOD = {
    "method",
    "target_weight_scale",
    "discriminator_learning_rate",
    "discriminator_width",
    "discriminator_layers",
    "judge_at",
    "spectral_norm",
    "target_delay",
    "target_warmup",
}
"""A source-only run uses none of these; they are how a method is set."""


def find_baselines(paths: Sequence[Path]) -> list[Path]:
    """Returns the source-only runs that training left beside the given ones.

    They lie in RUN/compare_source_only, or RUN/compare.json says where.
    """
    found = []
    for path in paths:
        for other in (
            path / f"compare_{BASELINE_METHOD}",
            read_compared_with(path, BASELINE_METHOD),
        ):
            if other is not None and (other / "config.json").is_file():
                found.append(other)
    return found


def groups_of(runs: Sequence[RunFacts]) -> list[Group]:
    """Returns the runs as groups of seeds, in the order of their first run.

    Source-only runs are what others are held against; they make groups of
    their own only if there is nothing else.
    """
    baselines = [r for r in runs if r.record.method_name == BASELINE_METHOD]
    others = [r for r in runs if r.record.method_name != BASELINE_METHOD]
    seeds: dict[Any, list[RunFacts]] = {}
    for run in others or baselines:
        seeds.setdefault(_key(run), []).append(run)
    labels = _labels([members[0] for members in seeds.values()])
    against = baselines if others else []
    groups = [
        Group(label, tuple(pair_with(run, against) for run in members))
        for label, members in zip(labels, seeds.values(), strict=True)
    ]
    # An upper bound is no answer to what adaptation brought.
    return sorted(groups, key=lambda g: g.method_name == ORACLE_METHOD)


def pair_with(run: RunFacts, baselines: Iterable[RunFacts]) -> Pair:
    """Returns the run with the baseline that differs in the least.

    Fewer differing settings come first, then the same seed.
    """
    candidates = []
    for other in baselines:
        differences = _differences(run, other)
        other_seed = other.record.seed != run.record.seed
        candidates.append((len(differences), other_seed, differences, other))
    if not candidates:
        return Pair(run, None, {})
    _, _, differences, nearest = min(candidates, key=lambda c: c[:2])
    return Pair(run, nearest, differences)


def _differences(run, other):
    """Settings but the method and the seed that differ."""
    ours = decisive_settings(run.record.settings)
    theirs = decisive_settings(other.record.settings)
    return {
        name: (value, theirs.get(name))
        for name, value in ours.items()
        if value != theirs.get(name)
        and name not in _OF_THE_METHOD
        and name != "seed"
    }


def _key(run):
    settings = decisive_settings(run.record.settings)
    del settings["seed"]
    return tuple(sorted((name, str(value)) for name, value in settings.items()))


def _labels(runs: Sequence[RunFacts]) -> list[str]:
    """The methods; where two are alike, with the settings that differ."""
    all_settings = [decisive_settings(run.record.settings) for run in runs]
    labels = []
    for run, settings in zip(runs, all_settings, strict=True):
        twins = [s for s in all_settings if s["method"] == settings["method"]]
        differing = [
            f"{name}={value}"
            for name, value in settings.items()
            if name != "seed" and any(twin[name] != value for twin in twins)
        ]
        labels.append(" ".join([run.record.method, *differing]))
    return labels
