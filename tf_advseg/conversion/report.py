"""What a conversion did and how far the result agrees with its source."""

import dataclasses
from typing import Any

from tf_advseg.conversion.parity import LayerParity
from tf_advseg.conversion.parity import TensorParity
from tf_advseg.networks.weights.pytorch_names import Naming

MEANING = (
    "weights: largest absolute difference between the checkpoint's tensors "
    "and the Keras variables. outputs: the layer on one noise image, Keras "
    "(float32) against an independent NumPy computation (float64) of the "
    "published structure, relative to the layer's largest value. Neither "
    "runs PyTorch; how many classifier branches are summed and how images "
    "are normalised is not in the checkpoint, and both sides take the choice "
    "given above."
)

COUNTER = "num_batches_tracked"
"""Of each batch norm since PyTorch 0.4.1; nothing computes with it."""


@dataclasses.dataclass(frozen=True)
class Report:
    """The result of one conversion.

    Attributes:
        source: The checkpoint's file name.
        sha256: Of the checkpoint's bytes.
        naming: What it was recognised as.
        aspp_branches: How many branches a classifier sums (0: it has none).
        branches_reason: Why that many.
        preprocessing: How images are normalised.
        tensors: One row a tensor.
        layers: One row a layer; empty where there is no NumPy network.
        unused: Names in the checkpoint that the network has no use for.
        unfilled: Keras variables that the checkpoint does not have.
    """

    source: str
    sha256: str
    naming: Naming
    aspp_branches: int
    branches_reason: str
    preprocessing: str
    tensors: list[TensorParity]
    layers: list[LayerParity]
    unused: list[str]
    unfilled: list[str]

    def to_json(self) -> dict[str, Any]:
        """Returns the report as JSON values, for the metadata."""
        facts = dataclasses.asdict(self)
        facts["naming"]["heads"] = dict(self.naming.heads)
        facts["tensors"] = [row._asdict() for row in self.tensors]
        facts["layers"] = [
            {
                "name": row.name,
                "relative": row.relative if row.is_comparable else None,
            }
            for row in self.layers
        ]
        return {**facts, "meaning": MEANING}

    def text(self) -> str:
        """Returns the report as a table, one line a layer."""
        outputs = {row.name: row for row in self.layers}
        lines = [
            *self._facts(),
            "",
            _row("layer", "shape", "weights", "outputs"),
        ]
        layers: dict[str, list[TensorParity]] = {}
        for row in self.tensors:
            layers.setdefault(row.name.rpartition(".")[0], []).append(row)
        for name, rows in layers.items():
            lines.append(
                _row(
                    name,
                    "x".join(map(str, rows[0].shape)),
                    f"{max(row.difference for row in rows):.1e}",
                    _relative(outputs.get(name)),
                )
            )
        for name in sorted(set(outputs) - set(layers)):
            lines.append(_row(name, "sum", "", _relative(outputs[name])))
        return "\n".join([*lines, "", MEANING])

    def _facts(self):
        naming = self.naming
        yield f"{self.source}: {naming.kind}, {naming.network}"
        if naming.blocks:
            yield f"blocks: {', '.join(map(str, naming.blocks))}"
        if naming.kind == "segmenter":
            heads = ", ".join(
                f"{head} ({level})" for level, head in naming.heads.items()
            )
            yield f"classes: {naming.num_classes}; classifiers: {heads}"
            yield (
                f"branches summed by a classifier: {self.aspp_branches} "
                f"({self.branches_reason}; --summed_branches chooses)"
            )
        if naming.kind != "discriminator":
            yield (
                f"images are normalised as: {self.preprocessing} "
                "(--preprocessing chooses)"
            )
        counts = [n for n in self.unused if n.endswith(COUNTER)]
        others = [n for n in self.unused if not n.endswith(COUNTER)]
        if others:
            yield f"not used: {_shortened(others)}"
        if counts:
            yield f"not used: {len(counts)} x {COUNTER}"
        if self.unfilled:
            yield f"left random: {_shortened(self.unfilled)}"
        yield (
            f"{len(self.tensors)} tensors, largest difference "
            f"{max(row.difference for row in self.tensors):.1e}"
        )


def _row(name, shape, weights, outputs):
    return f"{name:32} {shape:18} {weights:>9} {outputs:>9}".rstrip()


def _relative(row):
    if row is None:
        return ""
    return f"{row.relative:.1e}" if row.is_comparable else "not finite"


def _shortened(names, limit=6):
    shown = ", ".join(names[:limit])
    more = len(names) - limit
    return f"{shown} and {more} more" if more > 0 else shown
