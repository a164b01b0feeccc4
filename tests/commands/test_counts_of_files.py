"""Commands that list files say how many they take, how many not, and why."""

import dataclasses

import native_layouts
import pytest
import toy_runs
import toy_segmenter
from toy_domains import NumberedDomain
from toy_domains import write_folder
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.commands import manifest as manifest_command
from tf_advseg.commands import predict as prediction_command
from tf_advseg.commands import report as report_command
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets import FolderDomain
from tf_advseg.experiment.data.checks import check_data
from tf_advseg.experiment.making import make_domains
from tf_advseg.export.artefacts.domains import ExportDomains
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.settings.export import ExportSettings
from tf_advseg.settings.manifest import ManifestSettings
from tf_advseg.settings.predict import PredictSettings
from tf_advseg.settings.report import ReportSettings
from tf_advseg.settings.train import TrainSettings


def said(run, *arguments):
    lines = []
    assert run(*arguments, lines.append) == 0
    return lines


def test_a_split_says_what_is_taken_of_it_and_what_is_not(tmp_path):
    root = write_folder(tmp_path / "photos", num_images=12)
    line = FolderDomain(root).taken("train")
    assert line == "photos/train: 12 images taken; none left out."
    write_image(root / "images/.hidden.png")
    (root / "images/a.heic").touch()
    (root / "labels/notes.txt").touch()
    domain = FolderDomain(root)
    assert domain.taken("train", 5) == (
        "photos/train: 5 of 12 images taken, evenly spread; "
        f"in {str(root / 'images')!r} 2 left out: 1 hidden (.hidden.png), "
        "1 of a kind that is not read (.heic 1); "
        f"in {str(root / 'labels')!r} 1 left out: "
        "1 of a kind that is not read (.txt 1)."
    )
    assert domain.taken("train", 12).startswith("photos/train: 12 images taken")


def test_a_class_map_beside_images_is_not_left_out(tmp_path):
    root = write_folder(tmp_path / "photos")
    for path in (root / "images").iterdir():
        path.rename(root / path.name)
    (root / "images").rmdir()
    line = FolderDomain(root).taken("train")
    assert line == "photos/train: 3 images taken; none left out."


def test_what_lies_in_no_files_has_nothing_to_leave_out():
    line = NumberedDomain(num_images=1).taken("train")
    assert line == "numbered/train: 1 image taken; none left out."


def test_a_published_set_counts_what_its_pattern_leaves_out(tmp_path):
    folder = tmp_path / "leftImg8bit/train/bonn"
    write_image(folder / "bonn_0_leftImg8bit.png")
    write_image(tmp_path / "leftImg8bit/val/bonn/bonn_1_leftImg8bit.png")
    make = NATIVE_DOMAINS["cityscapes"]
    line = make(tmp_path).taken("train")
    assert line == "cityscapes/train: 1 image taken; none left out."
    write_image(folder / "bonn_2.png")
    write_image(folder / "bonn_3_leftImg8bit.jpg")
    domain = make(tmp_path)
    assert domain.taken("train") == (
        "cityscapes/train: 1 image taken; in 'leftImg8bit/train' 2 left out: "
        "1 of a kind that is not read (.jpg 1), 1 of another name or choice "
        "than the set's (bonn/bonn_2.png)."
    )
    # Another split's images are not left out: nor of a set that has all
    # splits in one folder.
    assert domain.taken("val").endswith("1 image taken; none left out.")
    root = native_layouts.write("camvid", tmp_path / "camvid")
    domain = NATIVE_DOMAINS["camvid"](root)
    for split in ("train", "val", "test"):
        assert domain.taken(split).endswith("taken; none left out.")


def test_a_published_set_counts_images_without_labels(tmp_path):
    for number in (1, 2, 3):
        write_image(tmp_path / f"train/img/001/001_0000{number}.jpg")
    write_label(tmp_path / "train/cls/001/001_00001.png", [[1] * 16] * 8)
    line = NATIVE_DOMAINS["viper"](tmp_path).taken("train")
    assert line == (
        "viper/train: 1 image taken; in 'train/img' 2 left out: 2 without a "
        "label (001/001_00002.jpg and 1 more)."
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    return toy_segmenter.save_colour_segmenter(
        folder / "model.keras", image_size=[8, 16]
    )


def test_predict_counts_what_it_takes_of_a_folder(model, tmp_path):
    photos = tmp_path / "photos"
    write_image(photos / "a.png")
    settings = PredictSettings(
        model=str(model),
        input=str(photos),
        out=str(photos / "out"),
        save="overlay",
    )
    lines = said(prediction_command.run, settings)
    assert lines[-1] == f"{photos}: 1 file taken; none left out."
    write_image(photos / ".b.png")
    lines = said(prediction_command.run, settings)
    assert lines[-1] == (
        f"{photos}: 1 file taken; 3 left out: 1 hidden (.b.png), 2 in the "
        "folder of outputs (out/legend.png and 1 more)."
    )


def test_export_counts_what_it_calibrates_on_and_compares(model, tmp_path):
    root = tmp_path / "camera"
    for name in ("0.png", "1.png", "2.png"):
        write_image(root / "train/images" / name)
        write_image(root / "val/images" / name)
    (root / "val/images/3.heic").touch()
    settings = ExportSettings(
        model=str(model), target=str(root), calibration_images=2
    )
    lines = []
    domains = ExportDomains(settings, lines.append)
    loaded = load_ensemble([model])
    domains.home_images(loaded)
    domains.calibration_images(loaded)
    domains.gate_images(loaded)
    assert lines == [
        "camera/train: 2 of 3 images taken, evenly spread; none left out.",
        f"camera/val: 3 images taken; in {str(root / 'val/images')!r} 1 left "
        "out: 1 of a kind that is not read (.heic 1).",
    ]


def test_train_and_manifest_count_every_split(tmp_path):
    source = write_folder(tmp_path / "source")
    target = write_folder(tmp_path / "target")
    (target / "images/4.heic").touch()
    settings = TrainSettings(source=str(source), target=str(target))
    lines = []
    check_data(settings, make_domains(settings), lines.append)
    assert "source/train: 3 images taken; none left out." in lines
    images = target / "images"
    left_out = (
        f"target/train: 3 images taken; in {str(images)!r} 1 left out: "
        "1 of a kind that is not read (.heic 1)."
    )
    assert left_out in lines
    settings = ManifestSettings(data=str(target))
    assert left_out in said(manifest_command.run, settings)


def test_report_counts_the_images_of_both_domains(tmp_path):
    source = toy_runs.write_domain(tmp_path / "source")
    target = toy_runs.write_domain(tmp_path / "target")
    image = next((target / "images").iterdir())
    image.write_bytes(b"no image")
    run = toy_runs.write_run(
        tmp_path / "run", "advent", source, target, eval_split="train"
    )
    lines = []
    settings = ReportSettings(draws=100, shown=0)
    report_command.run([str(run)], settings, lines.append, lambda _: None)
    assert lines[-4] == "source/train: 6 images taken; none left out."
    assert lines[-3] == "target/train: 6 images taken; none left out."
    assert lines[-2].startswith("Skipped: ") and str(image) in lines[-2]
    limited = dataclasses.replace(settings, limit=2)
    report_command.run([str(run)], limited, lines.append, lambda _: None)
    assert "source/train: 2 of 6 images taken, evenly spread; none left " in (
        "\n".join(lines)
    )
