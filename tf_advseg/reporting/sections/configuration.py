"""Every setting of the runs."""

from typing import Any

from tf_advseg.reporting.facts import Report


def values(report: Report) -> dict[str, Any]:
    """Returns the runs, and the settings that differ between them or do not."""
    runs = [run for group in report.groups for run in group.adapted]
    if report.oracle:
        runs += report.oracle.adapted
    runs += report.baselines
    columns = [run.record.settings for run in runs]
    names = dict.fromkeys(name for column in columns for name in column)
    settings = {
        name: [column.get(name) for column in columns]
        for name in names
        if name != "run"
    }
    differing = {
        name: found
        for name, found in settings.items()
        if len({str(value) for value in found}) > 1
    }
    return {
        "runs": runs,
        "differing": differing,
        "same": {
            name: found[0]
            for name, found in settings.items()
            if name not in differing
        },
    }
