"""What `tf_advseg init` does, once its flags are settings."""

import dataclasses
import shlex
import tempfile
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.process.exit_status import ERRORS_IN_DATA
from tf_advseg.base.progress import Progress
from tf_advseg.datasets import doctor
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.proposing import measuring
from tf_advseg.proposing import run_file
from tf_advseg.proposing import telling
from tf_advseg.proposing.class_sheet import class_sheet
from tf_advseg.proposing.cost_text import cost_lines
from tf_advseg.proposing.cost_text import measured_lines
from tf_advseg.proposing.plan import Plan
from tf_advseg.proposing.plan import with_measured
from tf_advseg.proposing.proposal import Proposed
from tf_advseg.proposing.proposal import propose_run
from tf_advseg.settings.init import InitSettings


def run(
    words: Sequence[str],
    settings: InitSettings,
    write: Callable[[str], None] = print,
    make_progress: Callable[[int], Progress | None] = Progress,
) -> int:
    """Looks at two folders, writes what is missing; returns the exit status.

    Args:
        words: SOURCE and TARGET.
        settings: What to do.
        write: Where lines go.
        make_progress: From the number of images to what is told of each.

    Raises:
        DataError: If the data cannot be used.
        ValueError: If there are not two words, or `--out` is there.
    """
    if len(words) != 2:
        raise ValueError(
            f"init takes two folders, SOURCE and TARGET; received {len(words)}"
            ": tf_advseg init renders photos."
        )
    out = Path(settings.out)
    if out.exists() and not settings.dry_run:
        raise ValueError(
            f"{settings.out!r} is there already and is not overwritten; give "
            "another --out=FILE.yaml, or take it away."
        )
    command = shlex.join(["tf_advseg", "init", *words])
    sheet = out.with_name(f"{out.stem}_classes.png")
    found = propose_run(words, settings, command, str(sheet), make_progress)
    for line in telling.data_lines(found):
        write(line)
    if settings.measure:
        found = dataclasses.replace(found, plan=_measured(found, write))
    else:
        planned = found.plan.settings
        for line in cost_lines(planned, found.plan.cost, planned.compare):
            write(line)
    text = run_file.text(found.plan.lines, command, settings.out)
    if settings.dry_run:
        _show(found, text, settings.out, write)
    else:
        _write(found, text, out, sheet, write)
    for line in telling.next_lines(words, found, settings.out):
        write(line)
    is_wrong = any(f.severity == doctor.ERROR for f in found.findings)
    return ERRORS_IN_DATA if is_wrong else 0


def _measured(found: Proposed, write: Callable[[str], None]) -> Plan:
    """The plan with what its first steps took."""
    write(f"Making {measuring.WARM + measuring.STEPS} steps, to time them ...")
    with tempfile.TemporaryDirectory() as folder:
        settings = found.plan.settings
        if found.class_map:
            file = Path(folder) / "classes.yaml"
            write_text(file, found.class_map.text)
            settings = dataclasses.replace(settings, classes=str(file))
        cost = measuring.measure(settings)
    for line in measured_lines(settings, cost):
        write(line)
    return with_measured(found.plan, cost)


def _show(
    found: Proposed, text: str, out: str, write: Callable[[str], None]
) -> None:
    """Prints the files instead of writing them."""
    if found.class_map:
        write(f"\n{found.class_map.path} would be:\n\n{found.class_map.text}")
    write(f"\n{out} would be:\n\n{text}\nNothing was written (--dry_run).")


def _write(
    found: Proposed,
    text: str,
    out: Path,
    sheet: Path,
    write: Callable[[str], None],
) -> None:
    """Writes the sheet, the class map, and last the file that needs it."""
    if found.class_map:
        domain = found.surveys[0].domain
        assert isinstance(domain, FolderDomain)
        picture = class_sheet(domain, found.class_map.proposal)
        sheet.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(sheet) as temporary:
            Image.fromarray(picture).save(temporary, format="PNG")
        write(f"Written: {sheet}, an example of each class")
        write_text(found.class_map.path, found.class_map.text)
        write(f"Written: {found.class_map.path}")
    write_text(out, text)
    write(f"Written: {out}")
