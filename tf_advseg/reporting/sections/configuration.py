"""Every setting of the runs."""

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import short


def section(report: Report) -> Html:
    """Returns the settings, one column a method, those that differ first."""
    runs = [pair.adapted for group in report.groups for pair in group.pairs]
    if report.oracle:
        runs += [pair.adapted for pair in report.oracle.pairs]
    runs += report.baselines
    columns = [run.record.settings for run in runs]
    names = list(dict.fromkeys(name for column in columns for name in column))
    names = [name for name in names if name != "run"]

    def row(name):
        return (name, *(short(column.get(name)) for column in columns))

    def differs(name):
        return len({str(column.get(name)) for column in columns}) > 1

    differing = [row(name) for name in names if differs(name)]
    same = [row(name)[:2] for name in names if not differs(name)]
    header = ("setting", *(run.record.path.name for run in runs))
    return blocks.section(
        "configuration",
        "Configuration",
        blocks.table(
            header, differing, words=len(header), caption="Settings that differ"
        )
        if differing
        else None,
        blocks.details(
            f"{len(same)} settings that all runs share"
            if len(runs) > 1
            else f"{len(same)} settings",
            blocks.table(("setting", "value"), same, words=2),
        ),
    )
