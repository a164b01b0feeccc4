"""`tf_advseg runs`, from the words to the text; no TensorFlow."""

import json
import subprocess
import sys

import pytest
import toy_folders

from tf_advseg import cli

LIGHT = (
    "import sys\n"
    "from tf_advseg import cli\n"
    "status = cli.main(sys.argv[1:])\n"
    "heavy = {'tensorflow', 'keras'} & set(sys.modules)\n"
    "assert not heavy, heavy\n"
    "sys.exit(status)"
)


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Two finished runs and a killed one, below runs/."""
    monkeypatch.chdir(tmp_path)
    toy_folders.finished(tmp_path / "runs/a")
    toy_folders.finished(tmp_path / "runs/b", method="minent")
    toy_folders.unfinished(tmp_path / "runs/c")
    return tmp_path / "runs"


def told(capfd, *words):
    """What the command prints, and its status."""
    status = cli.main(["runs", *words])
    return status, capfd.readouterr().out


def test_without_words_the_runs_below_runs_are_listed(runs, capfd):
    status, text = told(capfd)
    assert status == 0
    assert [line.split()[0] for line in text.splitlines()[2:]] == [*"abc"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["compare", "runs/a", "runs/b"],
        ["tag", "runs/a", "--add=x"],
        ["prune", "runs"],
        ["lineage", "runs/a"],
    ],
)
def test_nothing_needs_tensorflow_and_all_can_be_json(runs, words):
    command = [sys.executable, "-c", LIGHT, "runs", *words, "--json=-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["format"] == 1


def test_json_goes_into_a_file_beside_the_text(runs, capfd):
    status, text = told(capfd, "--json=found.json")
    assert status == 0
    assert text.startswith("run ") and text.endswith("Written: found.json\n")
    found = json.loads((runs.parent / "found.json").read_text())
    assert [run["state"] for run in found["runs"]] == [
        "finished",
        "finished",
        "unfinished",
    ]


def test_runs_are_compared_on_a_page_too(runs, capfd):
    status, text = told(
        capfd, "compare", "runs/a", "runs/b", "--html=compared.html"
    )
    assert status == 0
    assert "method   advent  minent" in text
    assert text.endswith("Written: compared.html\n")
    assert (runs.parent / "compared.html").stat().st_size > 1000


def test_tags_are_given_shown_and_listed(runs, capfd):
    _, text = told(capfd, "tag", "runs/a", "runs/b", "--add=good,old")
    assert text == "runs/a: good, old\nruns/b: good, old\n"
    assert told(capfd, "tag", "runs/b", "--remove=old")[1] == "runs/b: good\n"
    assert told(capfd, "tag", "runs/c")[1] == "runs/c: no tags\n"
    assert " good,old " in told(capfd)[1]


def test_pruning_says_bytes_and_waits_for_the_word(runs, capfd):
    told(capfd, "tag", "runs/b", "--add=good")
    words = ["prune", "runs", "--what=snapshots,checkpoints,unfinished"]
    _, text = told(capfd, *words)
    size = sum(p.stat().st_size for p in runs.glob("c/**/*") if p.is_file())
    assert f"Could be removed: {12 + size:,} bytes" in text
    assert "runs/b: kept (tagged good)" in text
    assert text.endswith("Nothing was removed; --delete does it.\n")
    assert (runs / "c/config.json").exists()
    _, text = told(capfd, *words, "--delete")
    assert f"Removed: {12 + size:,} bytes" in text
    assert sorted(p.name for p in runs.iterdir()) == ["a", "b"]
    assert (runs / "a/best.keras").exists()
    assert (runs / "b/checkpoints").exists()


def test_a_changed_model_is_a_status_of_its_own(runs, capfd):
    assert told(capfd, "lineage", "runs/a/best.keras")[0] == 0
    (runs / "a/best.keras").write_bytes(b"a modeL")
    status, text = told(capfd, "lineage", "runs/a")
    assert status == 5
    assert "CHANGED: 'runs/a/best.keras' was changed since" in text


def test_a_folder_called_like_an_action_is_a_folder(runs, capfd):
    toy_folders.finished(runs.parent / "tag/d")
    assert told(capfd, "./tag")[1].splitlines()[2].startswith("d ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no"], "The folder 'no' does not exist."),
        (["compare"], "Say which: tf_advseg runs compare RUN"),
        (["tag"], "Say which: tf_advseg runs tag RUN"),
        (["compare", "runs"], "'runs' is no folder of a training run"),
        (["tag", "runs/a", "--add=a b"], "'a b' is no tag"),
        (["runs", "--delete"], "--delete is for `tf_advseg runs prune`"),
        (["prune", "runs", "--html=x"], "--html is for `tf_advseg runs comp"),
        (["prune", "runs", "--what=snapshot"], "Did you mean 'snapshots'?"),
        (["prune", "runs", "--what="], "It names nothing; choose of snapshots"),
        (["lineage", "runs"], "'runs' is neither a .keras file nor"),
    ],
)
def test_mistakes_are_told_in_a_sentence(runs, capfd, words, message):
    assert cli.main(["runs", *words]) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ") and message in said.err
