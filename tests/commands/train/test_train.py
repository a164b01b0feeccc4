"""The training command, from settings to files and sentences."""

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image
from toy_domains import write_image
from toy_domains import write_label
from toy_settings import SAME_BITS
from toy_settings import TINY

from tf_advseg import cli
from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.commands import train as training_command
from tf_advseg.experiment.choosing.run_selection import RunSelection
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.selection.candidates import snapshots_in
from tf_advseg.training.callbacks import metrics_log


def run(folder, **changes):
    """Runs the command; returns its status and the lines it wrote."""
    lines = []
    settings = dataclasses.replace(TINY, run=str(folder), **changes)
    status = training_command.run(settings, lines.append)
    return status, lines


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "compared"
    status, lines = run(folder, compare="source_only", eval_every=2)
    assert status == 0
    return folder, lines


@pytest.mark.slow
def test_run_folder_holds_what_it_promises(compared):
    folder, _ = compared
    for name in (
        "config.json",
        "environment.json",
        "metrics.csv",
        "metrics.json",
        "metrics_best.json",
        "selection.json",
        "best.keras",
        "last.keras",
        "comparison.txt",
        "pictures/predictions.png",
        "pictures/comparison.png",
    ):
        assert (folder / name).stat().st_size > 0, name
    assert json.loads((folder / "config.json").read_text())["steps"] == 4
    for name in ("best.keras", "last.keras"):
        assert checksums.check(folder / name)
    segmenter, facts = load_segmenter(folder / "last.keras")
    assert facts["step"] == 4
    assert facts["classes"][0] == "road"
    assert segmenter.output["main"].shape[-1] == len(facts["classes"])


@pytest.mark.slow
def test_the_file_that_a_run_writes_makes_it_again(tmp_path, monkeypatch):
    assert run(tmp_path / "first", steps=2, **SAME_BITS)[0] == 0
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", "--config=first/run.yaml", "--run=again"]) == 0
    first, again = tmp_path / "first", tmp_path / "again"
    for name in ("last.keras", "best.keras"):
        weights = load_segmenter(first / name)[0].get_weights()
        same = load_segmenter(again / name)[0].get_weights()
        for one, other in zip(weights, same, strict=True):
            np.testing.assert_array_equal(one, other)
    text = (first / "run.yaml").read_text()
    assert (again / "run.yaml").read_text() == text


@pytest.mark.slow
def test_progress_names_losses_pace_and_time_left(compared):
    _, lines = compared
    line = next(line for line in lines if line.startswith("advent step 4/4"))
    for part in ("s/step", "ETA 0 s", "source/main", "adversarial/aux"):
        assert part in line


@pytest.mark.slow
def test_comparison_shows_both_runs_and_the_gain(compared):
    folder, lines = compared
    table = (folder / "comparison.txt").read_text().splitlines()
    assert table[0] == "best.keras, chosen by: fused label-free score"
    assert table[1].split() == ["class", "source_only", "advent", "gain"]
    for metric, title, file in (
        ("miou", "best.keras, the chosen", "metrics_best.json"),
        ("miou_last", "last.keras, the last", "metrics.json"),
    ):
        start = f"tf_advseg_metric {metric}/advent="
        line = next(line for line in lines if line.startswith(start))
        miou = 100 * json.loads((folder / file).read_text())["miou"]
        assert float(line.split("=")[1]) == pytest.approx(miou, abs=1e-3)
        row = next(row for row in table if row.startswith(title))
        assert row.split()[-1] == f"{miou:.2f}"


@pytest.mark.slow
def test_metrics_have_losses_and_evaluations_by_step(compared):
    folder, _ = compared
    rows = metrics_log.read(folder / "metrics.csv")
    names = {(step, name) for step, name, _ in rows}
    assert (2, "source/main") in names
    assert (4, "discriminator/aux") in names
    assert {(2, "miou/target"), (4, "miou/target")} <= names
    assert (1, "selection/source_miou") in names
    assert (4, "selection_ema/flip_agreement") in names


@pytest.mark.slow
def test_without_snapshots_the_last_weights_are_taken(tmp_path):
    run(tmp_path / "run", method="source_only", snapshots=0, steps=2)
    facts = read_metadata(tmp_path / "run" / "best.keras")
    assert facts["chosen_by"] == "last step: no snapshots were kept"
    assert facts["step"] == 2


@pytest.mark.slow
def test_patience_ends_a_run_early_and_for_good(tmp_path, monkeypatch):
    # As if the first snapshot had been the best ever since.
    since = {1: 0, 2: 1, 3: 2}
    monkeypatch.setattr(
        RunSelection,
        "moments_since_best",
        lambda self: since.get(len(snapshots_in(self.folder)) // 2, 0),
    )
    options = {"method": "source_only", "patience": 2, "steps": 5}
    status, lines = run(tmp_path / "run", **options)
    assert status == 0
    assert any("No better for 2 snapshots" in line for line in lines)
    facts = read_metadata(tmp_path / "run" / "last.keras")
    assert facts["step"] == 3
    assert any(line.startswith("source_only step 3 ") for line in lines)
    _, lines = run(tmp_path / "run", **options, resume=True)
    assert "Resuming after step 3." in lines
    assert read_metadata(tmp_path / "run" / "last.keras")["step"] == 3


@pytest.mark.slow
def test_a_finished_comparison_is_used_again_and_reported(compared):
    folder, _ = compared
    before = (folder / "compare_source_only" / "last.keras").stat().st_mtime_ns
    again = folder.parent / "again"
    status, lines = run(
        again, method="minent", compare="source_only", report="true"
    )
    assert status == 0
    assert any("was trained already" in line for line in lines)
    assert not (again / "compare_source_only").exists()
    after = (folder / "compare_source_only" / "last.keras").stat().st_mtime_ns
    assert after == before
    header = (again / "comparison.txt").read_text().splitlines()[1]
    assert header.split() == ["class", "source_only", "minent", "gain"]
    assert any(line.startswith("Did adaptation pay?") for line in lines)
    assert "mIoU points" in (again / "report.html").read_text()


@pytest.mark.slow
def test_resumed_run_ends_like_the_one_that_went_through(tmp_path):
    run(tmp_path / "whole", checkpoint_every=100, **SAME_BITS)
    run(tmp_path / "halves", checkpoint_every=2, **SAME_BITS)
    halves = tmp_path / "halves"
    (halves / "checkpoints/000002-step-4/state.index").write_bytes(b"torn")
    status, lines = run(halves, resume=True, **SAME_BITS)
    assert status == 0
    assert any("000001-step-2, the one before, is used" in s for s in lines)
    assert "Resuming after step 2." in lines
    first, second = (
        load_segmenter(tmp_path / name / "last.keras")[0].get_weights()
        for name in ("whole", "halves")
    )
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    rows = metrics_log.read(halves / "metrics.csv")
    assert rows == metrics_log.read(tmp_path / "whole" / "metrics.csv")


@pytest.mark.slow
def test_nan_ends_the_run_with_the_loss_named(tmp_path):
    with pytest.raises(ArithmeticError, match=r"loss '.+/.+' became (nan|inf)"):
        run(tmp_path / "run", learning_rate=1e30, optimizer="sgd", steps=8)
    assert not (tmp_path / "run" / "last.keras").exists()


def test_a_run_is_not_overwritten(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match="already holds a run; give --resume"):
        run(tmp_path)


def test_resuming_with_other_settings_names_the_difference(tmp_path):
    before = dataclasses.asdict(dataclasses.replace(TINY, steps=9))
    (tmp_path / "config.json").write_text(json.dumps(before))
    with pytest.raises(ValueError, match="--steps=9, but now --steps=4"):
        run(tmp_path, resume=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "advnet"}, "Did you mean 'advent'"),
        ({"backbone": "resnet99"}, "Unknown backbone 'resnet99'"),
        ({"source": "nowhere/"}, "'nowhere/' does not exist"),
        ({"compare": "sourceonly"}, "Did you mean 'source_only'"),
    ],
)
def test_wrong_names_fail_before_anything_is_written(
    tmp_path, changes, message
):
    folder = tmp_path / "run"
    with pytest.raises(ValueError, match=message):
        run(folder, **changes)
    assert not folder.exists()


def test_images_too_small_for_a_discriminator_are_named(tmp_path):
    with pytest.raises(ValueError, match="need at least 32 pixels a side"):
        run(tmp_path / "run", crop="16x64")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "--steps must be at least 1"),
        ({"learning_rate": -1.0}, "--learning_rate must be above 0"),
        ({"crop": "128*256"}, "--crop: Cannot read the size '128\\*256'"),
        ({"update_multiplicity": "official"}, "give --optimizer=sgd"),
        ({"strategy": "miror"}, "Did you mean 'mirrored'"),
        ({"select": "label"}, "Did you mean 'labels'"),
        ({"patience": 2, "snapshots": 0}, "--snapshots=0 keeps none"),
    ],
)
def test_settings_out_of_range_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(TINY, **changes)


class TestFolders:
    """What can be known of a folder is said before training."""

    @pytest.fixture
    def folders(self, tmp_path):
        source, target = tmp_path / "source", tmp_path / "target"
        for index in range(3):
            write_image(source / "images" / f"{index}.png", (32, 64))
            write_label(
                source / "labels" / f"{index}.png", np.full((32, 64), index)
            )
            write_image(target / "images" / f"{index}.jpg", (32, 64))
        (source / "classes.yaml").write_text(
            "name: toys\nclasses:\n"
            "  - {name: road, id: 0, color: [0, 0, 0]}\n"
            "  - {name: car, id: 1, color: [9, 0, 0]}\n"
            "  - {name: sky, id: 2, color: [0, 0, 9]}\n"
        )
        return source, target

    def train(self, source, target):
        return run(
            source.parent / "run", source=str(source), target=str(target)
        )

    def fails(self, folders, error, message):
        with pytest.raises(error, match=message):
            self.train(*folders)
        assert not (folders[0].parent / "run").exists()

    @pytest.mark.slow
    def test_unlabelled_target_is_enough(self, folders):
        status, lines = self.train(*folders)
        assert status == 0
        assert any("entropy/target" in line for line in lines)
        assert any("no labels to evaluate on" in line for line in lines)

    def test_choosing_by_labels_needs_labels(self, folders):
        with pytest.raises(ValueError, match=r"has none\. Use"):
            run(
                folders[0].parent / "run",
                source=str(folders[0]),
                target=str(folders[1]),
                select="labels",
            )
        assert not (folders[0].parent / "run").exists()

    def test_source_without_a_label_is_named(self, folders):
        (folders[0] / "labels" / "1.png").unlink()
        self.fails(folders, DataError, "1")

    def test_empty_target_is_named(self, folders):
        for path in (folders[1] / "images").iterdir():
            path.unlink()
        self.fails(folders, DataError, "target.*no images")

    def test_label_of_another_size_is_named(self, folders):
        write_label(folders[0] / "labels" / "2.png", np.zeros((16, 64)))
        self.fails(folders, DataError, r"2\.png")

    def test_unknown_id_is_named(self, folders):
        write_label(folders[0] / "labels" / "2.png", np.full((32, 64), 77))
        self.fails(folders, DataError, "77")

    def test_truncated_image_is_named(self, folders):
        path = folders[1] / "images" / "0.jpg"
        Image.effect_noise((64, 32), 60).save(path)
        path.write_bytes(path.read_bytes()[:-200])
        self.fails(folders, DataError, r"0\.jpg")


@pytest.mark.slow
def test_a_run_with_sizes_by_the_images_records_them_and_resumes(tmp_path):
    sizes = {"source_size": "auto", "target_size": "auto", "crop": "auto"}
    options = {"method": "source_only", "health_every": 0, **sizes}
    folder = tmp_path / "run"
    status, lines = run(folder, steps=2, schedule_steps=4, **options)
    assert status == 0
    said = "--source_size=32x64 --target_size=32x64 --crop=32x64"
    assert f"Sizes by the images: {said}" in lines
    recorded = json.loads((folder / "config.json").read_text())
    assert recorded["crop"] == "32x64" and recorded["target_size"] == "32x64"
    assert read_metadata(folder / "last.keras")["image_size"] == [32, 64]
    status, lines = run(
        folder, steps=2, schedule_steps=4, resume=True, **options
    )
    assert status == 0
    assert "Resuming after step 2." in lines
