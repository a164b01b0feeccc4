"""The doctor, on a folder that is clean and on one with planted faults."""

import json
import shutil
from pathlib import Path

import numpy as np
import planted_faults
import pytest
from PIL import Image
from places import ROOT
from toy_domains import CLASSES
from toy_domains import NumberedDomain

from tf_advseg.commands import check_data as check_data_command
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import StreetsDomain
from tf_advseg.datasets.doctor import examine
from tf_advseg.datasets.doctor import surveying
from tf_advseg.settings.check_data import CheckSettings


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    root = tmp_path_factory.mktemp("clean") / "streets"
    return planted_faults.build(root, train=60, val=10, style="sim")


@pytest.fixture
def copy(clean, tmp_path):
    return Path(shutil.copytree(clean, tmp_path / "streets"))


def found(root, splits=("train", "val"), **options):
    """The files of each finding's code."""
    domain = FolderDomain(root)
    roles = dict(zip(splits, ("source", "evaluation"), strict=False))
    surveys = [
        surveying.survey(domain, split, role, **options)
        for split, role in roles.items()
    ]
    files = {}
    for finding in examine(surveys):
        relative = {
            Path(file).relative_to(root).as_posix()
            if Path(file).is_absolute()
            else file
            for file in finding.files
        }
        files.setdefault(finding.code, set()).update(relative)
    return files


def check(root, **options):
    """Runs the command; returns its status and what it wrote."""
    lines = []
    settings = CheckSettings(source=str(root), **options)
    status = check_data_command.run(settings, lines.append)
    return status, "\n".join(lines)


def spoil(root, fault, number=1):
    """Plants one kind of fault; returns the files."""
    names = planted_faults.by_colour(root)
    return {
        planted_faults.FAULTS[fault](root, root / "train", name)
        .relative_to(root)
        .as_posix()
        for name in names[:number]
    }


def test_a_clean_folder_is_passed_in_silence(clean):
    assert found(clean) == {}
    status, text = check(clean, all_splits=True)
    assert status == 0
    assert text.endswith("No problems found.")


@pytest.mark.parametrize("fault", sorted(planted_faults.FAULTS))
def test_a_single_fault_is_named_and_nothing_else(copy, fault):
    files = spoil(copy, fault)
    if fault == "duplicate":  # Both copies are named.
        files |= {file.replace("zz_", "") for file in files}
    assert found(copy) == {fault: files}


def check_planted(root, number):
    planted = planted_faults.plant(root, number)
    originals = {f.replace("zz_", "") for f in planted["duplicate"]}
    planted["duplicate"] |= originals
    assert found(root) == planted


def test_all_faults_together_are_told_apart(copy):
    check_planted(copy, 1)


@pytest.mark.slow
def test_all_faults_are_found_among_two_thousand_images(tmp_path):
    root = tmp_path / "streets"
    planted_faults.build(root, train=1800, val=200, style="sim")
    assert found(root, processes=2) == {}
    check_planted(root, 5)


def test_a_class_that_the_source_lacks_is_named(copy):
    for path in (copy / "train/labels").iterdir():
        ids = np.asarray(Image.open(path))
        Image.fromarray(np.where(ids == 7, 6, ids)).save(path)
    assert found(copy) == {"absent_class": set()}
    status, text = check(copy)
    assert status == 0
    assert "1 class does not occur in the source: 'person'." in text


def test_all_labels_off_by_one_are_told_from_unknown_ids(copy):
    files = spoil(copy, "off_by_one", number=60)
    assert found(copy, ["train"]) == {"off_by_one": files}


def test_all_images_swapped_are_seen_by_sky_and_plants(copy):
    files = spoil(copy, "swapped_channels", number=60)
    assert found(copy, ["train"]) == {"swapped_channels": files}


def test_renumbered_palettes_are_found(copy):
    order = np.arange(256, dtype=np.uint8)
    palette = np.random.default_rng(0).integers(0, 256, (256, 3), np.uint8)
    for number, path in enumerate(sorted((copy / "train/labels").iterdir())):
        ids = np.asarray(Image.open(path))
        if number == 7:
            order[[0, 3]] = order[[3, 0]]
            ids, palette = order[ids], palette[order]
        picture = Image.fromarray(ids)
        picture.putpalette(palette.tobytes())
        picture.save(path)
        if number == 7:
            palette, spoiled = palette[order], path
    files = found(copy, ["train"])
    assert files["palette_mismatch"] == {spoiled.relative_to(copy).as_posix()}


def coloured(root, swap_channels=False, palette=CLASSES.palette):
    """A folder whose labels are colours."""
    (root / "classes.yaml").write_text(
        "classes:\n"
        + "".join(
            f"  - {{name: {name}, color: {list(colour)}}}\n"
            for name, colour in zip(CLASSES.names, CLASSES.palette, strict=True)
        )
    )
    colours = np.array(palette, np.uint8)
    for path in (root / "train/labels").iterdir():
        picture = colours[np.asarray(Image.open(path)) % 3]
        if swap_channels:
            picture = picture[..., ::-1]
        Image.fromarray(np.ascontiguousarray(picture)).save(path)
    return root


def test_colour_labels_in_bgr_are_recognised(copy):
    domain = FolderDomain(coloured(copy, swap_channels=True))
    (finding,) = examine([surveying.survey(domain, "train", "target")])
    assert finding.code == "swapped_label_channels"
    assert len(finding.files) == 60
    assert "the class map with red and blue swapped" in finding.sentence


def test_another_palette_is_guessed_and_shown(copy):
    camvid = ((128, 64, 128), (128, 0, 0), (128, 128, 128))
    domain = FolderDomain(coloured(copy, palette=camvid))
    (finding,) = examine([surveying.survey(domain, "train", "target")])
    assert finding.code == "palette_mismatch"
    assert "the palette of camvid" in finding.sentence
    assert "[128, 0, 0]" in finding.sentence
    assert "% (building)" in finding.sentence


def test_an_image_in_source_and_target_is_told(clean):
    status, text = check(clean, target=str(clean), eval_split="none")
    assert status == 0
    assert "warning (duplicate_across_domains)" in text


def test_errors_make_the_status_and_json_tells_all(copy, tmp_path):
    files = spoil(copy, "corrupt", number=2)
    status, text = check(
        copy,
        json=str(tmp_path / "out/found.json"),
        sheet=str(tmp_path / "sheet.png"),
    )
    assert status == 5
    assert "error (corrupt) in streets/train: 2 files are damaged" in text
    values = json.loads((tmp_path / "out/found.json").read_text())
    assert values["errors"] == 1 and values["warnings"] == 0
    (finding,) = values["findings"]
    assert {Path(f).relative_to(copy).as_posix() for f in finding["files"]} == (
        files
    )
    assert sum(values["splits"][0]["class_shares"].values()) == pytest.approx(1)
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.size[0] > 900


def test_processes_see_what_one_sees(clean):
    domain = FolderDomain(clean)
    one, two = (
        surveying.survey(domain, "train", "source", processes=number)
        for number in (1, 2)
    )
    assert [p.image.sha256 for p in one.pairs] == [
        p.image.sha256 for p in two.pairs
    ]
    np.testing.assert_array_equal(one.class_counts, two.class_counts)


def test_domains_without_files_are_looked_at_too():
    domain = StreetsDomain("sim", size=(16, 32), train=3)
    survey = surveying.survey(domain, "train", "source")
    assert survey.shares.sum() == pytest.approx(1)
    broken = surveying.survey(
        NumberedDomain(4, corrupt=("002",)), "train", "target"
    )
    (finding,) = [f for f in examine([broken]) if f.code == "corrupt"]
    assert finding.files == ("002",)


def test_workers_do_not_import_tensorflow():
    """A spawned process imports what it unpickles, and that is enough."""
    import subprocess
    import sys

    code = (
        "import sys, tf_advseg.__main__\n"
        "import tf_advseg.datasets.file_facts\n"
        "assert 'tensorflow' not in sys.modules"
    )
    root = ROOT
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": ""}, "Say what to look at"),
        ({"processes": -1}, "--processes must be at least 0"),
    ],
)
def test_wrong_settings_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        CheckSettings(**{"source": "x", **changes})
