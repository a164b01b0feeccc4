"""The operators of a `.tflite` file, and whether they are the right ones."""

import collections
import dataclasses
from pathlib import Path

from ai_edge_litert import interpreter as litert

from tf_advseg.export.artefacts.quiet import quietly

_DELEGATE = "DELEGATE"
_SPLIT_DILATION = ("SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND")
_WITHOUT_VARIABLES = ("VAR_HANDLE", "READ_VARIABLE")


@dataclasses.dataclass(frozen=True)
class Operators:
    """What a model is made of.

    Attributes:
        counts: How often each operator occurs.
        custom: Operators that are no builtin ones.
        partitions: Parts of the graph that XNNPACK took over: 1 means that
            the network runs in one piece.
    """

    counts: dict[str, int]
    custom: tuple[str, ...]
    partitions: int

    def faults(self) -> list[str]:
        """What an artefact must not contain but this one does."""
        faults = []
        for name in (*_SPLIT_DILATION, *_WITHOUT_VARIABLES):
            if name in self.counts:
                faults.append(f"{self.counts[name]} {name}")
        if self.custom:
            faults.append(f"custom operators: {', '.join(self.custom)}")
        return faults


def read_operators(path: str | Path) -> Operators:
    """Reads a `.tflite` file's operators and lets XNNPACK look at them."""
    # Not above: it would count in the memory of whoever only runs a file.
    from ai_edge_litert import schema_py_generated as schema

    # The interpreter takes what it can by its default delegate, XNNPACK.
    interpreter = litert.Interpreter(str(path))
    with quietly():
        interpreter.allocate_tensors()
    names = [op["op_name"] for op in interpreter._get_ops_details()]
    counts = collections.Counter(names)
    partitions = counts.pop(_DELEGATE, 0)
    builtin = {n for n in vars(schema.BuiltinOperator) if n.isupper()}
    builtin.discard("CUSTOM")
    custom = tuple(sorted(set(counts) - builtin))
    return Operators(dict(sorted(counts.items())), custom, partitions)
