"""`tf_advseg report`, from folders of runs to the file."""

import pytest
import toy_runs

from tf_advseg.base.checks import DataError
from tf_advseg.commands import report as report_command
from tf_advseg.settings.report import ReportSettings

WORSE = (1.0, 0.3, 1.0)


def make(folder, labelled=True, **options):
    """Two runs on toy folders; returns their paths."""
    source = toy_runs.write_domain(folder / "source")
    target = toy_runs.write_domain(folder / "target", labelled=labelled)
    common = {"source": source, "target": target, "eval_split": "train"}
    return [
        str(toy_runs.write_run(folder / name, name, **{**common, **more}))
        for name, more in (
            ("advent", options),
            ("source_only", {"factors": WORSE}),
        )
    ]


def report(paths, **settings):
    """Returns the exit status, the lines written and the page."""
    lines = []
    out = f"{paths[0]}/report.html"
    status = report_command.run(
        paths,
        ReportSettings(draws=100, **settings),
        lines.append,
        lambda _: None,
    )
    with open(out, encoding="utf-8") as file:
        return status, lines, file.read()


def test_the_verdict_is_printed_and_written(tmp_path):
    status, lines, page = report(make(tmp_path))
    assert status == 0
    assert lines[0].startswith("Did adaptation pay? Yes, adaptation paid: +")
    assert lines[-1].startswith(f"Report: {tmp_path / 'advent'}")
    assert "Yes, adaptation paid" in page
    assert page.count("<article") == 6
    assert f"tf_advseg report {tmp_path / 'advent'}" in page
    assert "--draws=100" in page


def test_a_target_without_labels_is_reported(tmp_path):
    _, lines, page = report(make(tmp_path, labelled=False))
    assert "It cannot be told" in lines[0]
    assert ">Changed<" in page
    assert ">Errors<" not in page


def test_images_can_be_left_out(tmp_path):
    _, _, page = report(make(tmp_path), shown=0, limit=3)
    assert "data:image" not in page
    assert "3 of the 6 images" in page


def test_data_that_moved_away_is_told_and_the_rest_shown(tmp_path):
    paths = make(tmp_path)
    (tmp_path / "target").rename(tmp_path / "moved")
    _, lines, page = report(paths)
    assert "cannot be looked at here" in lines[0]
    assert "Configuration" in page
    _, lines, page = report(paths, target=str(tmp_path / "moved"))
    assert lines[0].startswith("Did adaptation pay? Yes")


def test_runs_of_different_targets_are_refused(tmp_path):
    paths = make(tmp_path)
    other = toy_runs.write_run(
        tmp_path / "other", "advent", tmp_path / "source", tmp_path / "source"
    )
    with pytest.raises(DataError, match="need the same target"):
        report([*paths, str(other)])


def test_a_corrupt_image_is_left_out_and_named(tmp_path):
    paths = make(tmp_path)
    (tmp_path / "target" / "images" / "0002.png").write_bytes(b"\x89PNG")
    _, _, page = report(paths)
    assert "1 image could not be read" in page
    assert "0002.png" in page


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"checkpoint": "lost"}, "Did you mean 'last'"),
        ({"limit": -1}, "--limit must be at least 0"),
        ({"draws": 5}, "--draws must be at least 100"),
    ],
)
def test_settings_out_of_range_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        ReportSettings(**settings)


@pytest.mark.slow
def test_a_report_on_500_images_is_small(tmp_path):
    """Noise is the worst that JPEG can meet."""
    size = (96, 192)
    target = toy_runs.write_domain(tmp_path / "target", 500, size, noise=120)
    source = toy_runs.write_domain(tmp_path / "source")
    paths = [
        str(
            toy_runs.write_run(
                tmp_path / name,
                name,
                source,
                target,
                size=(16, 32),
                eval_split="train",
            )
        )
        for name in ("advent", "source_only")
    ]
    _, _, page = report(paths)
    # Pictures of at most 512 x 256, where these are of 192 x 96.
    assert len(page.encode()) * (512 / 192) ** 2 < 15e6
    assert page.count("<article") == 8
