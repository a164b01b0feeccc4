"""What `tf_advseg report` does, once its flags are settings."""

from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

from tf_advseg.base.files import atomic_file
from tf_advseg.base.flags import written
from tf_advseg.base.progress import Progress
from tf_advseg.reporting.build import build
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page.numbers import signed_points
from tf_advseg.reporting.page.numbers import signed_range
from tf_advseg.reporting.page.page import render
from tf_advseg.reporting.verdict import judge
from tf_advseg.settings.report import ReportSettings

REPORT_FILE = "report.html"


def run(
    paths: Sequence[str],
    settings: ReportSettings,
    write: Callable[[str], None] = print,
    progress: Callable[[int], Progress | None] = Progress,
) -> int:
    """Measures the runs, writes the page; returns the exit status.

    Args:
        paths: Folders of runs; the first adapted one gets the verdict.
        settings: What to do.
        write: Where the verdict goes.
        progress: Told how many images come next.
    """
    command = [*map(str, paths), *written(settings)]
    taken: list[str] = []
    report = build(paths, settings, command, progress, taken.append)
    out = Path(settings.out or Path(paths[0]) / REPORT_FILE)
    text = render(report)
    atomic_file.write_text(out, text)
    for note in report.notes:
        write(f"Note: {note}")
    write(verdict_line(report))
    for line in taken:
        write(line)
    write(f"Report: {out} ({len(text.encode()) / 1e6:.1f} MB)")
    return 0


def verdict_line(report: Report) -> str:
    """Returns the verdict in one line, for a terminal."""
    group = report.groups[0]
    verdict = judge(group)
    if group.gain is None:
        return f"Did adaptation pay? {verdict.headline}. {verdict.reason}"
    gain = group.gain
    return (
        f"Did adaptation pay? {verdict.headline}: "
        f"{signed_points(float(gain.value))} mIoU points, "
        f"{100 * gain.level:.0f} % interval {signed_range(gain)}."
    )
