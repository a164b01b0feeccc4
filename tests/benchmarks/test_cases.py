"""Cases are run under today's names, and judged by what they print."""

import pytest

from benchmarks import cases

LAYOUT = "photos/val  evaluation  2  2\n('train', 'val')"


def write_case(folder, name, script):
    (folder / name).mkdir(parents=True)
    (folder / name / "run.sh").write_text(script)


@pytest.mark.parametrize(
    ("name", "status", "printed", "is_right"),
    [
        ("attack-99-x", 0, "PASS", True),
        ("attack-99-x", 1, "", False),
        ("attack-99-x", 0, "FAIL: no saved_model", False),
        ("attack-99-x", 0, "Traceback (most recent call last)", False),
        ("03-phone-video-rotation", 0, "RIGHT", True),
        ("03-phone-video-rotation", 0, "WRONG", False),
        ("02-readme-layout", 0, LAYOUT, True),
        ("02-readme-layout", 0, "('train',)", False),
        ("12-published-set", 0, "no word of the pattern", False),
    ],
)
def test_a_case_is_right_if_it_prints_what_is(name, status, printed, is_right):
    assert cases.is_right(name, status, printed) == is_right


def test_scripts_are_run_as_if_they_were_written_today(tmp_path):
    script = (
        "$PYTHON -m tf_advseg.predict\n$PYTHON -m tf_advseg.train\n"
        "$PYTHON -m tf_advseg.publish --saved_model=x\n"
        "from tf_advseg.export_publishing import publish\n"
    )
    write_case(tmp_path / "cases", "attack-01-a", script)
    copy = cases.copy_of(tmp_path / "cases", tmp_path / "copy")
    assert (copy / "attack-01-a" / "run.sh").read_text() == (
        "$PYTHON -m tf_advseg predict\n$PYTHON -m tf_advseg.train\n"
        "$PYTHON -m tf_advseg publish --ungated --saved_model=x\n"
        "from tf_advseg.export.publishing import publish\n"
    )


def test_it_says_how_many_are_right(tmp_path, monkeypatch, capsys):
    write_case(tmp_path, "attack-01-a", "echo PASS")
    write_case(tmp_path, "attack-02-b", "echo FAIL: $PROJECT; exit 1")
    monkeypatch.setattr("sys.argv", ["cases", f"--cases={tmp_path}"])
    assert cases.main() == 1
    told = capsys.readouterr().out
    assert "right  attack-01-a" in told and "WRONG  attack-02-b" in told
    assert f"FAIL: {cases.ROOT}" in told
    assert told.endswith("1 of 2 are right.\n")
