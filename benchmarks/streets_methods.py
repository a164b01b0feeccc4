"""Every method on the embedded streets, over several seeds.

    python -m benchmarks.streets_methods --runs=runs/streets

trains each method with the default settings of `tf_advseg.train`, one process
a run, and writes the table `docs/streets_methods.md` and the recorded oracle
that `make demo` shows. A run that is there already is not made again, so the
command can be stopped and started; `--variants` adds least squares and entropy
ranges, `--report` only writes the table.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from tf_advseg import comparison
from tf_advseg.settings import TrainSettings

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
DOCUMENT = Path("docs/streets_methods.md")


def main() -> None:
    """Trains what is missing, then writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/streets"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    # The comparison that decides comes first, should time run out.
    rest = [method for method in METHODS if method not in FIRST]
    rest += VARIANTS if options.variants else ()
    order = [(m, s) for s in range(options.seeds) for m in FIRST]
    order += [(m, s) for s in range(options.seeds) for m in rest]
    for method, seed in order:
        folder = run_folder(options.runs, method, seed)
        if not options.report and not (folder / "metrics.json").exists():
            train(method, seed, folder)
    results = collect(options.runs, options.seeds)
    text = document(results) + missing_runs(results, options.seeds)
    DOCUMENT.write_text(text, encoding="utf-8")
    record_oracle(results)
    print(f"Wrote {DOCUMENT}.")


def run_folder(runs: Path, method: str, seed: int) -> Path:
    """A folder name that any file system takes."""
    name = "".join(c if c.isalnum() or c == "_" else "-" for c in method)
    return runs / f"{name}-seed{seed}"


def train(method: str, seed: int, folder: Path) -> None:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "tf_advseg.train"]
    command += [f"--method={method}", f"--seed={seed}", f"--run={folder}"]
    command += ["--compare=none", "--resume", "--log_every=100"]
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True)


def collect(runs: Path, num_seeds: int) -> dict[str, dict[int, dict]]:
    """The finished runs' metrics by method and seed."""
    results: dict[str, dict[int, dict]] = {}
    for method in (*METHODS, *VARIANTS):
        for seed in range(num_seeds):
            path = run_folder(runs, method, seed) / "metrics.json"
            if path.exists():
                metrics = json.loads(path.read_text(encoding="utf-8"))
                results.setdefault(method, {})[seed] = metrics
    return results


def document(results: dict[str, dict[int, dict]]) -> str:
    """The table in Markdown: mean and standard deviation over seeds."""
    baseline = results["source_only"]
    names = list(next(iter(baseline.values()))["iou"])
    lines = [
        "# Every method on the embedded streets",
        "",
        "mIoU (0-100) on `streets-real`, split `val`, of the weights after "
        "the last step: nothing was chosen with target labels. Written by",
        "",
        "    python -m benchmarks.streets_methods",
        "",
        "Gain: difference to `source_only` of the same seed, mean and "
        "standard deviation over the seeds. Settings: the defaults of "
        "`python -m tf_advseg.train` "
        f"({TrainSettings.steps} steps, {TrainSettings.batch_size} images of "
        "each domain a step).",
        "",
        "| method | seeds | mIoU | gain | " + " | ".join(names) + " |",
        "| --- | --- | --- | --- |" + " --- |" * len(names),
    ]
    for method, by_seed in results.items():
        mious = [100 * m["miou"] for m in by_seed.values()]
        gains = [
            100 * (m["miou"] - baseline[seed]["miou"])
            for seed, m in by_seed.items()
            if seed in baseline
        ]
        classes = [
            np.mean([100 * (m["iou"][n] or 0) for m in by_seed.values()])
            for n in names
        ]
        cells = [f"`{method}`", str(len(by_seed)), spread(mious)]
        cells += ["-" if method == "source_only" else spread(gains, "+")]
        cells += [f"{value:.1f}" for value in classes]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def missing_runs(results: dict[str, dict[int, dict]], num_seeds: int) -> str:
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
    mean = f"{np.mean(values):{sign}.1f}"
    return f"{mean} ± {np.std(values, ddof=1):.1f}" if len(values) > 1 else mean


def record_oracle(results: dict[str, dict[int, dict]]) -> None:
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
