"""How far this package is from the official programs, file by file.

    python -m benchmarks.golden

runs every golden file (see `tests/golden/README.md`) in float64 and float32,
by the plain loop of the tests and by the training step of the package, and
prints the largest relative deviation of each kind of number. It takes about
five minutes on two cores. Expected: below 1e-12 in float64 everywhere.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# The runs belong to the tests; they are not part of the package.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "golden"))

import golden_runs
import golden_vectors

ROW = "{:8} {:47} {:10} {:10} {:>8}  {}"


def main() -> None:
    print(ROW.format("type", "file", "by", "what", "largest", "where"))
    for precision in ("float64", "float32"):
        with golden_runs.precision(precision):
            for file in golden_vectors.FORWARD_FILES:
                _report(precision, file, "network", golden_runs.forward)
            for file in golden_vectors.ITERATION_FILES:
                for by, run in golden_runs.RUNS.items():
                    _report(precision, file, by, run)
    for file in golden_vectors.ITERATION_FILES:
        _report("float32", file, "with *", _on_the_sides_of_float64)
    print(
        "* train_step on float64's side of every ReLU: a few inputs in a "
        "million fall\n  within float32's rounding of zero, and their "
        "gradients come or go as a whole."
    )


def _on_the_sides_of_float64(file: str):
    _, rounded, pattern = golden_runs.iterations_with_the_pattern_of_float64(
        file
    )
    farthest = max(pattern.flips, default=0.0)
    print(
        f"{file}: {len(pattern.flips)} of {pattern.count} inputs on the "
        f"other side in float32, at most {farthest:.1e} of their layer's RMS"
    )
    return rounded


def _report(precision: str, file: str, by: str, run) -> None:
    """Prints the largest deviation of each kind of number in a file."""
    expected = golden_vectors.load(file)
    deviations = golden_vectors.deviations(run(file), expected)
    kinds = sorted({name.split("/")[0] for name in deviations})
    for kind in kinds:
        of_kind = {k: d for k, d in deviations.items() if k.startswith(kind)}
        worst = max(of_kind, key=of_kind.get)
        row = (precision, file, by, kind, f"{of_kind[worst]:.1e}", worst)
        print(ROW.format(*row), flush=True)


if __name__ == "__main__":
    main()
