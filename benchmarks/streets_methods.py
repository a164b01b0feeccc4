"""Every method on the embedded streets, over several seeds.

    python -m benchmarks.streets_methods --runs=runs/streets

trains each method with the default settings of `tf_advseg train`, one process
a run, and writes the table `docs/streets_methods.md` and the recorded oracle
that `make demo` shows. A run that is there or recorded already is not made
again, so the command can be stopped and started, here or on another day;
`--variants` adds least squares and entropy ranges, `--report` only writes the
table of what there is.
"""

import argparse
import json
import platform
from pathlib import Path

import numpy as np

from benchmarks.parts import markdown
from benchmarks.parts import streets_record
from benchmarks.parts.runs import is_finished
from benchmarks.parts.runs import train
from benchmarks.parts.streets_record import Figures
from tf_advseg.datasets import StreetsDomain
from tf_advseg.runs import comparison
from tf_advseg.settings.train import TrainSettings

METHODS = (
    "source_only",
    "advent",
    "target_oracle",
    "minent",
    "adaptsegnet",
    "fcns_in_the_wild",
    "adaptsegnet_single",
    "advent_cp",
    "minent_cp",
    "adaptsegnet_feature",
)
VARIANTS = (
    'adaptsegnet(gan="least_squares")',
    'advent(gan="least_squares")',
    "minent(hardest=0.3)",
)
FIRST = METHODS[:3]
FIGURES = ("method", "seeds", "last", "gain", "chosen", "gain of the chosen")
DOCUMENT = Path("docs/streets_methods.md")


def main() -> None:
    """Trains what is missing, then writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/streets"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--origin", default=platform.machine())
    options = parser.parse_args()
    # The comparison that decides comes first, should time run out.
    rest = [method for method in METHODS if method not in FIRST]
    rest += VARIANTS if options.variants else ()
    order = [(m, s) for s in range(options.seeds) for m in FIRST]
    order += [(m, s) for s in range(options.seeds) for m in rest]
    recorded = streets_record.read()
    for method, seed in order:
        if not options.report and seed not in recorded.get(method, {}):
            flags = (f"--method={method}", f"--seed={seed}", "--log_every=100")
            train(run_folder(options.runs, method, seed), *flags)
    finished = collect(options.runs, options.seeds)
    results = streets_record.add(finished, options.origin)
    results = {m: results[m] for m in (*METHODS, *VARIANTS) if m in results}
    text = document(results) + missing_runs(results, options.seeds)
    DOCUMENT.write_text(text, encoding="utf-8")
    record_oracle(results)
    print(f"Wrote {DOCUMENT}.")


def run_folder(runs: Path, method: str, seed: int) -> Path:
    """A folder name that any file system takes."""
    name = "".join(c if c.isalnum() or c == "_" else "-" for c in method)
    return runs / f"{name}-seed{seed}"


def collect(runs: Path, num_seeds: int) -> list[tuple[str, int, Path]]:
    """Method, seed and folder of each finished run."""
    return [
        (method, seed, run_folder(runs, method, seed))
        for method in (*METHODS, *VARIANTS)
        for seed in range(num_seeds)
        if is_finished(run_folder(runs, method, seed))
    ]


def document(results: Figures) -> str:
    """The table in Markdown: mean and standard deviation over seeds."""
    baseline = results["source_only"]
    names = list(StreetsDomain("real").class_set.names)
    lines = [
        "# Every method on the embedded streets",
        "",
        "mIoU (0-100) on `streets-real`, split `val`. *Last*: of the weights "
        "after the last step. *Chosen*: of `best.keras`, chosen among the "
        "run's snapshots without labels of the target "
        "([selection.md](selection.md)). Only `target_oracle`, the upper "
        "bound, trains on labels of the target. Written by",
        "",
        "    python -m benchmarks.streets_methods",
        "",
        "Gain: difference to `source_only` of the same seed, mean and "
        "standard deviation over the seeds. IoUs of classes are the last "
        "weights'. Settings: the defaults of `tf_advseg train` "
        f"({TrainSettings.steps} steps, {TrainSettings.batch_size} images of "
        "each domain a step).",
        "",
        markdown.head(*FIGURES, *names),
    ]
    lines += [
        table_row(method, by_seed, baseline, names)
        for method, by_seed in results.items()
    ]
    return "\n".join([*lines, "", *origins(results)]) + "\n"


def table_row(
    method: str,
    by_seed: dict[int, dict],
    baseline: dict[int, dict],
    names: list[str],
) -> str:
    """One method: both mIoUs with their gains, and each class."""
    cells = [f"`{method}`", str(len(by_seed))]
    for key in ("miou", "chosen_miou"):
        known = {s: 100 * m[key] for s, m in by_seed.items() if key in m}
        before = {s: 100 * m[key] for s, m in baseline.items() if key in m}
        gains = [known[seed] - before[seed] for seed in known if seed in before]
        cells.append(spread(list(known.values())))
        cells.append("-" if by_seed is baseline else spread(gains, "+"))
    for name in names:
        values = [100 * (m["iou"][name] or 0) for m in by_seed.values()]
        cells.append(f"{np.mean(values):.1f}")
    return markdown.row(*cells)


def origins(results: Figures) -> list[str]:
    """Where the figures were made: not all on one day, or one processor."""
    made: dict[str, list[str]] = {}
    for method, by_seed in results.items():
        for seed, figures in sorted(by_seed.items()):
            made.setdefault(figures["origin"], []).append(f"`{method}` {seed}")
    return [
        f"* {origin}: {', '.join(runs)}"
        for origin, runs in sorted(made.items())
    ]


def missing_runs(results: Figures, num_seeds: int) -> str:
    """Names what the table lacks; empty once everything was run."""
    lacking = [
        f"`{method}` ({num_seeds - len(results.get(method, {}))})"
        for method in METHODS
        if len(results.get(method, {})) < num_seeds
    ]
    if not lacking:
        return ""
    return (
        f"\nNot complete: of {num_seeds} seeds a method these runs are still "
        f"to be made: {', '.join(lacking)}. The command above makes them.\n"
    )


def spread(values: list[float], sign: str = "") -> str:
    """Mean and sample standard deviation, where there are two values."""
    if not values:
        return "-"
    mean = f"{np.mean(values):{sign}.1f}"
    return f"{mean} ± {np.std(values, ddof=1):.1f}" if len(values) > 1 else mean


def record_oracle(results: Figures) -> None:
    """Writes the mean IoUs of `target_oracle` for the demo to show."""
    oracle = results.get("target_oracle")
    if not oracle:
        return
    runs = list(oracle.values())
    iou = {
        name: float(np.mean([run["iou"][name] for run in runs]))
        for name in runs[0]["iou"]
    }
    iou["mIoU"] = float(np.mean([run["miou"] for run in runs]))
    record = {
        "command": "python -m benchmarks.streets_methods",
        "seeds": len(runs),
        "settings": comparison.comparable(TrainSettings()),
        "iou": iou,
    }
    comparison.RECORDED_ORACLE.parent.mkdir(exist_ok=True)
    comparison.RECORDED_ORACLE.write_text(
        json.dumps(record, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
