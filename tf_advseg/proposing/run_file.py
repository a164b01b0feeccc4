"""The text of run.yaml: flags of `train`, each under the reason for it."""

import shlex
import textwrap
from collections.abc import Sequence

import yaml

import tf_advseg
from tf_advseg.proposing.plan import Line

_WIDTH = 78


def text(lines: Sequence[Line], command: str, path: str) -> str:
    """Returns the file that `train --config` reads.

    Args:
        lines: Flags, values, reasons.
        command: What was typed to get it.
        path: Where it will lie.
    """
    heading = (
        f"Proposed by `{command}`, tf_advseg {tf_advseg.__version__}.\n\n"
        f"    tf_advseg train --config={shlex.quote(path)}\n\n"
        "Each line is a flag of `tf_advseg train`; flags beside --config win.\n"
        "Paths are relative to the working directory."
    )
    parts = [
        "".join(f"# {line}".rstrip() + "\n" for line in heading.split("\n"))
    ]
    for name, value, reason in lines:
        comment = "".join(
            f"# {line}\n" for line in textwrap.wrap(reason, _WIDTH)
        )
        setting = yaml.safe_dump({name: value}, width=float("inf"))
        parts.append(comment + setting)
    return "\n".join(parts)
