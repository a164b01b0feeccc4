"""Which runs there are to make, where they lie, and in which order."""

import dataclasses
import re
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.adaptation.pairs import DATA
from benchmarks.adaptation.pairs import LISTS
from benchmarks.adaptation.pairs import PAIRS
from benchmarks.adaptation.recipes import FIRST
from benchmarks.adaptation.recipes import Flags
from benchmarks.adaptation.recipes import is_base
from tf_advseg.base import fields
from tf_advseg.settings.train import TrainSettings

RUNS = "RUNS"
_OTHER_RUN = re.compile(r"\{(\w+)\}")


@dataclasses.dataclass(frozen=True)
class Places:
    """Where things lie on this machine.

    Attributes:
        runs: The folder of all runs.
        data: Of real images; None without any.
        cache: Of decoded samples, which all runs of a pair share.
    """

    runs: Path
    data: Path | None = None
    cache: Path | None = None

    @property
    def lists(self) -> Path:
        """Of what a pair needs beside the data."""
        return self.runs / "lists"

    def portable(self, value: Any) -> Any:
        """A setting as records have it: without this machine's paths."""
        folders = {LISTS: self.lists, DATA: self.data, RUNS: self.runs}
        for name, folder in folders.items():
            if folder and str(value).startswith(f"{folder}/"):
                return f"{name}/{str(value).removeprefix(f'{folder}/')}"
        return value


@dataclasses.dataclass(frozen=True)
class Experiment:
    """One run to make.

    Attributes:
        pair: A key of `PAIRS`.
        name: Of the method, or of the change to it.
        seed: Of the run.
        flags: The method's own.
    """

    pair: str
    name: str
    seed: int
    flags: Flags = dataclasses.field(compare=False)

    def folder(self, runs: Path) -> Path:
        """PAIR/NAME-seedN, as `benchmarks.selection` reads them."""
        name = re.sub(r"[^\w.+-]", "-", self.name)
        return runs / self.pair / f"{name}-seed{self.seed}"

    @property
    def needs(self) -> list[str]:
        """Names of the runs, of this pair and seed, that it starts from."""
        texts = [v for v in self.flags.values() if isinstance(v, str)]
        return [name for text in texts for name in _OTHER_RUN.findall(text)]

    def other(self, name: str) -> "Experiment":
        """The run of that name of this pair and seed."""
        return Experiment(self.pair, name, self.seed, {})

    def settings(self, places: Places, **more: Any) -> TrainSettings:
        """The settings of the run.

        Args:
            places: Where things lie.
            **more: What is otherwise than planned.

        Raises:
            ValueError: If one of the flags does not exist.
        """
        values = {
            **PAIRS[self.pair].settings_in(places.data, places.lists),
            **{k: self._filled(v, places) for k, v in self.flags.items()},
            **more,
        }
        known = {field.name for field in dataclasses.fields(TrainSettings)}
        unknown = values.keys() - known
        if unknown:
            raise ValueError(
                f"{self.name} in benchmarks/adaptation/recipes.py has the "
                f"flag --{min(unknown)}, which `tf_advseg train` has not."
            )
        return TrainSettings(
            seed=self.seed,
            run=str(self.folder(places.runs)),
            cache_dir=str(places.cache / self.pair) if places.cache else "",
            resume=True,
            compare="none",
            report="false",
            log_every=50,
            **values,
        )

    def _filled(self, value: Any, places: Places) -> Any:
        if not isinstance(value, str):
            return value
        return _OTHER_RUN.sub(
            lambda match: str(self.other(match[1]).folder(places.runs)), value
        )

    def __str__(self) -> str:
        return f"{self.pair} {self.name} seed {self.seed}"


def portable(settings: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """What decides a run's weights, without this machine's paths."""
    names = fields.names_deciding(TrainSettings, "weights")
    return {
        name: places.portable(settings[name])
        for name in sorted(names)
        if name in settings
    }


def in_order(
    pairs: Sequence[str], variants: Mapping[str, Flags], seeds: int
) -> list[Experiment]:
    """All runs, the most telling first.

    First the comparison that decides with seed 0 on each pair, then all other
    methods with seed 0, which say who else deserves to be looked at; then the
    same for the other seeds.
    """
    every = [
        Experiment(pair, name, seed, flags)
        for seed in range(seeds)
        for pair in pairs
        for name, flags in variants.items()
    ]

    def place(run: Experiment) -> tuple:
        is_deciding = run.name in FIRST or is_base(run.name)
        return run.seed > 0, not is_deciding, run.seed, pairs.index(run.pair)

    # The sort is stable: what is equal stays as the user ordered it.
    return sorted(every, key=place)
