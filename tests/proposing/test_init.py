"""`tf_advseg init SOURCE TARGET`: what it writes, says and leaves alone."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import toy_pair_of_folders as toy
from PIL import Image

from tf_advseg import cli
from tf_advseg.base import config_file
from tf_advseg.base import flags
from tf_advseg.base.checks import DataError
from tf_advseg.commands import init as command
from tf_advseg.datasets import FolderDomain
from tf_advseg.settings.init import InitSettings
from tf_advseg.settings.parts.command import StartSettings
from tf_advseg.settings.train import TrainSettings

SIZE = (64, 96)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with `renders` and `photos`."""
    monkeypatch.chdir(tmp_path)
    toy.folder(tmp_path / "renders", toy.ids((0, 5, 9), SIZE), size=SIZE)
    toy.folder(tmp_path / "photos", size=SIZE)
    return tmp_path


def init(*words, **settings):
    """Runs it; returns its status and what it said."""
    said = []
    words = words or ("renders", "photos")
    status = command.run(
        words, InitSettings(**settings), said.append, lambda total: None
    )
    return status, "\n".join(said)


def train_settings(path):
    """What `train --config` makes of a file."""
    known = flags.flags_of(TrainSettings, StartSettings)
    values = config_file.read(path, known)
    preset = cli.settings_module("train").COMMAND.presets(values.pop("preset"))
    return TrainSettings(**{**preset, **values})


def test_what_is_missing_is_written(here):
    status, said = init()
    assert status == 0
    assert {p.name for p in here.iterdir()} == {
        "renders",
        "photos",
        "run.yaml",
        "run_classes.png",
    }
    names = FolderDomain("renders").class_set.names
    assert names == ("class_0", "class_5", "class_9")
    settings = train_settings("run.yaml")
    assert (settings.source, settings.target) == ("renders", "photos")
    assert (settings.target_size, settings.crop) == ("64x96", "64x96")
    assert (settings.method, settings.compare) == ("advent", "source_only")
    assert settings.steps == 1000
    for line in (
        "renders/train (source): 3 images, 64x96 as a rule, 3 with a label.",
        "No classes.yaml: 3 classes proposed of numbers, names are numbers.",
        "  tf_advseg check_data --source=renders --target=photos --sheet",
        "  tf_advseg train --config=run.yaml --run=runs/first",
        "  tf_advseg report runs/first",
        "  tf_advseg export --run=runs/first",
        "No labelled split of the target to evaluate on",
    ):
        assert line in said


def test_each_class_has_its_picture(here):
    init()
    sheet = np.asarray(Image.open("run_classes.png"))
    height, width, channels = sheet.shape
    # Three cells beside each other, each of two pictures of 220 pixels.
    assert channels == 3 and width >= 6 * 220 and height >= 150
    pink = (sheet == (255, 0, 200)).all(axis=-1) | (
        (sheet[..., 0] > 150) & (sheet[..., 1] < 150) & (sheet[..., 2] > 120)
    )
    for third in np.array_split(pink, 3, axis=1):
        assert third.mean() > 0.02


def test_a_class_map_that_is_there_is_used_and_kept(here):
    text = (
        "name: mine\nclasses:\n"
        "  - {name: road, id: [0, 5]}\n  - {name: car, id: 9}\n"
    )
    (here / "renders/classes.yaml").write_text(text)
    status, said = init()
    assert status == 0
    assert "2 classes, as stated: road, car" in said
    assert (here / "renders/classes.yaml").read_text() == text
    assert not (here / "run_classes.png").exists()
    assert "classes" not in (here / "run.yaml").read_text().split()


def test_a_class_map_of_another_place_is_named_in_the_run(here):
    (here / "mine.yaml").write_text(
        "classes:\n  - {name: a, id: [0, 5]}\n  - {name: b, id: 9}\n"
    )
    _, said = init(classes="mine.yaml")
    assert train_settings("run.yaml").classes == "mine.yaml"
    assert "--classes=mine.yaml" in said
    assert not (here / "renders/classes.yaml").exists()


def test_a_file_that_is_there_is_not_overwritten(here):
    (here / "run.yaml").write_text("mine")
    with pytest.raises(ValueError, match=r"'run.yaml' is there already and is"):
        init()
    assert (here / "run.yaml").read_text() == "mine"
    assert not (here / "renders/classes.yaml").exists()
    assert init(out="other.yaml")[0] == 0


def test_a_dry_run_prints_both_files_and_writes_nothing(here):
    (here / "run.yaml").write_text("mine")
    before = sorted(here.rglob("*"))
    status, said = init(dry_run=True)
    assert status == 0
    assert sorted(here.rglob("*")) == before
    assert "  - {name: class_5, id: 5}  # 33.3% of the pixels" in said
    assert "crop: 64x96" in said
    assert "Nothing was written (--dry_run)." in said


def test_other_layouts_are_read_by_the_run_too(here):
    (here / "renders/labels").rename(here / "renders/masks")
    toy.folder(here / "photos/val", toy.ids((0, 5, 9), SIZE), size=SIZE)
    assert init()[0] == 0
    domain = FolderDomain("renders")
    assert domain.has_labels("train")
    assert domain.read_label(domain.keys("train")[0]).max() == 2
    assert train_settings("run.yaml").eval_split == "val"


def test_a_huge_folder_is_sampled_and_says_so(here):
    _, said = init(look_at=2)
    assert "renders/train (source): 3 images, 2 looked at, 64x96" in said
    assert "from 2 of 3 labels" in (here / "renders/classes.yaml").read_text()


def test_what_is_wrong_with_the_data_is_said_and_is_the_status(here):
    (here / "photos/images/1.png").write_bytes(b"no picture")
    toy.folder(here / "photos/val", toy.ids((0, 77), SIZE), size=SIZE)
    status, said = init()
    assert status == 5
    assert "is not an image of a known format" in said or "no known" in said
    assert "77" in said
    assert "# mend what is wrong, then look again" in said


def test_a_source_that_cannot_be_written_into_gets_its_map_beside(here):
    import zipfile

    with zipfile.ZipFile("renders.zip", "w") as archive:
        for path in sorted((here / "renders").rglob("*.png")):
            archive.write(path, path.relative_to(here / "renders"))
    assert init("renders.zip", "photos")[0] == 0
    settings = train_settings("run.yaml")
    assert settings.classes == "renders.zip_classes.yaml"
    domain = FolderDomain("renders.zip", settings.classes)
    assert len(domain.class_set.names) == 3
    (here / "run.yaml").unlink()
    with pytest.raises(DataError, match=r"give it, --classes=renders\.zip_cl"):
        init("renders.zip", "photos")


def test_a_target_with_names_of_its_own_is_told_of(here):
    (here / "photos/classes.yaml").write_text(
        "classes:\n  - {name: road, id: 0}\n  - {name: car, id: 1}\n"
    )
    _, said = init()
    assert "'photos/classes.yaml' names road, car: give the proposed" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("renders",), "init takes two folders, SOURCE and TARGET; received 1"),
        (("renders", "renders"), "are the same folder"),
        (("photos", "renders"), "No image of 'photos' has a label"),
        (("renders", "nothing"), "'nothing' does not exist"),
        (("renders", "notes.txt"), "'notes.txt' is a file; expected a folder"),
    ],
)
def test_folders_that_are_none_are_a_sentence(here, words, message):
    (here / "notes.txt").touch()
    with pytest.raises(ValueError, match=message):
        init(*words)
    assert not (here / "run.yaml").exists()
    assert not (here / "renders/classes.yaml").exists()


def cut_short(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def empty(path):
    path.write_bytes(b"")


def gone(path):
    path.unlink()
    path.symlink_to("nowhere.png")


def huge(path):
    Image.new("RGB", (400, 400)).save(path)


@pytest.mark.parametrize("part", ["renders/images", "renders/labels"])
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut_short, "damaged or cut short"),
        (empty, "empty (0 bytes)"),
        (gone, "is gone"),
        (huge, "too many pixels"),
    ],
)
def test_one_bad_file_is_named_and_the_rest_proposed(
    here, monkeypatch, part, spoil, sentence
):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 300 * 300)
    spoil(here / part / "1.png")
    status, said = init()
    assert status == 5
    assert sentence in said and f"{part}/1.png" in said
    assert (here / "run.yaml").exists()
    names = FolderDomain("renders").class_set.names
    assert names == ("class_0", "class_5", "class_9")


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("renders/images", "None of the 3 images looked at in renders/train"),
        ("renders/labels", "None of the 3 labels looked at in"),
        ("photos/images", "None of the 3 images looked at in photos/train"),
    ],
)
def test_a_folder_of_bad_files_is_refused(here, part, message):
    for path in (here / part).iterdir():
        empty(path)
    with pytest.raises(DataError, match=message):
        init()
    assert not (here / "run.yaml").exists()
    assert not (here / "renders/classes.yaml").exists()


def test_the_door_needs_no_tensorflow(here):
    code = (
        "import sys\nfrom tf_advseg import cli\n"
        "status = cli.main(sys.argv[1:])\n"
        "assert 'tensorflow' not in sys.modules\nsys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "init", "renders", "photos"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (here / "run.yaml").exists()
    missing = [sys.executable, "-c", code, "init", "renders", "gone"]
    done = subprocess.run(missing, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "error: The folder 'gone' does not exist; " in done.stderr


def test_paths_that_yaml_takes_for_something_else_come_back(here):
    (here / "renders").rename(here / "on")
    (here / "photos").rename(here / "1: #")
    assert init("on", "1: #")[0] == 0
    settings = train_settings("run.yaml")
    assert (settings.source, settings.target) == ("on", "1: #")


@pytest.mark.slow
def test_the_run_that_is_proposed_trains(here, capfd):
    assert init(out="first.yaml", measure=True)[0] == 0
    text = (here / "first.yaml").read_text()
    assert "# measured here: " in text
    assert cli.main(["train", "--config=first.yaml", "--dry_run"]) == 0
    said = capfd.readouterr().out
    assert "Would train advent, 1,000 steps of 8 images" in said
    assert "Nothing was written or trained (--dry_run)." in said
    assert not (here / "runs").exists()
    small = ["--steps=2", "--snapshots=0", "--weights=none", "--compare=none"]
    run = ["train", "--config=first.yaml", "--run=runs/first", *small]
    assert cli.main(run) == 0
    assert (here / "runs/first/last.keras").exists()


def test_its_settings_are_the_run_s(here):
    init(method="adabn", target_split="train")
    assert train_settings("run.yaml").method == "adabn"
    assert dataclasses.is_dataclass(InitSettings)
