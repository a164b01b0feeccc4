import dataclasses

import numpy as np
import pytest
from toy_domains import write_folder
from toy_settings import TINY

from tf_advseg.base.checks import DataError
from tf_advseg.commands import check_data as check_data_command
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import Mixture
from tf_advseg.experiment import making
from tf_advseg.experiment.batches import with_sizes
from tf_advseg.experiment.data.checks import check_data
from tf_advseg.experiment.data.crops import tell_large_crop
from tf_advseg.experiment.data.several import make_domains_of
from tf_advseg.proposing import dry_run
from tf_advseg.settings.check_data import CheckSettings
from tf_advseg.settings.train import TrainSettings

SIM = "streets-sim(size=(32, 64), train=4, val=2)"
REAL = "streets-real(size=(32, 64), train=4, val=2)"


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "folder")


def said(**changes):
    settings = dataclasses.replace(TINY, **changes)
    lines = []
    check_data(settings, making.make_domains(settings), lines.append)
    return lines


def test_one_name_is_that_domain(folder):
    assert isinstance(make_domains_of(str(folder)), FolderDomain)


def test_several_are_mixed_in_the_classes_of_the_first(folder):
    both = make_domains_of(f"{folder},{SIM}:0.25")
    assert isinstance(both, Mixture)
    assert both.class_set.names == ("road", "car", "sky")
    assert [part.share for part in both.parts] == [0.75, 0.25]
    ignored = both.parts[1].ignored
    assert "building" in ignored and "road" not in ignored


def test_a_folder_that_does_not_say_is_read_as_the_first(folder, tmp_path):
    bare = write_folder(tmp_path / "bare")
    (bare / "classes.yaml").unlink()
    both = make_domains_of(f"{folder},{bare}")
    assert isinstance(both, Mixture)
    own = both.parts[1].domain
    assert isinstance(own, FolderDomain)
    assert own.label_table.assumed
    assert own.read_label("images/1.png")[0, 0] == 1


def test_a_class_map_is_the_first_s(folder, tmp_path):
    other = write_folder(tmp_path / "other")
    given = tmp_path / "map.yaml"
    given.write_text(
        "classes:\n  - {name: sky, id: 0}\n  - {name: car, id: 1}\n"
        "ignore: [2]\n"
    )
    both = make_domains_of(f"{folder},{other}", given)
    assert isinstance(both, Mixture)
    assert both.class_set.names == ("sky", "car")
    # The other's own map: 0 is road, which is ignored; 2 is sky.
    found = [both.read_label(f"other/images/{k}.png")[0, 0] for k in range(3)]
    assert found == [255, 1, 0]


@pytest.mark.parametrize(
    ("names", "error", "words"),
    [
        ("streets-sim,none", ValueError, "'none' is no domain"),
        ("streets-sim,streets-reel", ValueError, "streets-real"),
        ("streets-sim,/no/where", DataError, "'/no/where' does not exist"),
        ("streets-sim:0.5,streets-real:0.6", ValueError, "make no whole"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(names, error, words):
    with pytest.raises(error, match=words) as caught:
        make_domains_of(names)
    assert "\n" not in str(caught.value)


def test_a_broken_folder_is_what_is_complained_of(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="empty") as caught:
        make_domains_of(f"{folder},{empty}")
    assert "No class map" not in str(caught.value)


def test_other_commands_say_that_they_want_one():
    settings = dataclasses.replace(TINY, target_labels=f"{SIM},{REAL}")
    with pytest.raises(ValueError, match="one is wanted here"):
        making.make_domains(settings)


def test_flags_are_looked_at_before_anything_else(tmp_path):
    with pytest.raises(DataError, match="/nowhere' does not exist"):
        TrainSettings(source=f"streets-sim,{tmp_path}/nowhere").look()
    with pytest.raises(ValueError, match="make no whole"):
        TrainSettings(target="streets-real:0.2,streets-sim:0.2").look()


def test_shares_and_ignored_classes_are_told(folder):
    lines = said(source=f"{SIM},{folder}:0.3", target=f"{REAL},{SIM}")
    assert lines[0] == (
        "Images of the source are drawn from streets-sim 70.0%, folder 30.0%."
    )
    assert lines[1] == (
        "folder has classes that this run has not, and their pixels are "
        "ignored: car."
    )
    assert lines[2].startswith("Images of the target are drawn from")
    assert "streets-sim/train: 4 images taken; none left out." in lines
    assert "folder/train: 3 images taken; none left out." in lines


def test_a_target_that_is_not_evaluated_is_told(folder):
    lines = said(target=f"{REAL},{folder}")
    assert (
        "folder has no split 'val' (--eval_split): figures are of the other "
        "targets alone." in lines
    )


def test_a_split_to_train_on_is_needed_of_each(folder):
    with pytest.raises(DataError, match="folder has no split 'val'"):
        said(source=f"{SIM},{folder}", source_split="val")


def test_sizes_fit_the_most_frequent_and_crops_are_told_of_each(folder):
    settings = dataclasses.replace(
        TINY,
        source=f"{SIM},{folder}",
        source_size="auto",
        target_size="auto",
        crop="auto",
    )
    domains = making.make_domains(settings)
    lines = []
    found = with_sizes(settings, domains, lines.append)
    assert (found.source_size, found.crop) == ("32x64", "32x64")
    own = dataclasses.replace(
        settings, source_size="", target_size="32x64", crop="32x64"
    )
    tell_large_crop(own, domains, lines.append)
    assert "images of the source, folder, (8x16)" in lines[-1]
    assert len(lines) == 2


def test_balanced_weights_count_each_domain_by_its_share(folder):
    settings = dataclasses.replace(TINY, class_weights="balanced")

    def weights(names):
        changed = dataclasses.replace(settings, source=names)
        domains = making.make_domains(changed)
        return making.make_method(changed, domains).class_weights

    few, many = (weights(f"{SIM},{folder}:{share}") for share in (0.1, 0.9))
    # The folder shows road and sky alone: the more of it, the less they weigh.
    names = make_domains_of(SIM).class_set.names
    road = names.index("road")
    building = names.index("building")
    assert few[road] / few[building] > many[road] / many[building]


def test_labelled_images_that_one_target_is_evaluated_on_are_refused():
    settings = dataclasses.replace(
        TINY, target=f"{REAL},{SIM}", target_labels=REAL, eval_split="train"
    )
    with pytest.raises(DataError, match="which the run is evaluated on"):
        check_data(settings, making.make_domains(settings), lambda line: None)


def test_a_dry_run_tells_it_all(folder):
    settings = dataclasses.replace(
        TINY, source=f"{SIM},{folder}:0.3", target=f"{REAL},{SIM}", run="never"
    )
    lines = []
    dry_run.tell([settings], lines.append)
    assert any("folder 30.0%" in line for line in lines)


def test_the_doctor_looks_at_each_domain(folder, tmp_path):
    other = write_folder(tmp_path / "other", size=(16, 32))
    lines = []
    settings = CheckSettings(
        source=f"{folder},{other}", target=f"{REAL},{SIM}", processes=1
    )
    check_data_command.run(settings, lines.append)
    assert lines[0].startswith("Images of the source are drawn from folder 50")
    assert any("streets-real has classes" in line for line in lines)
    report = "\n".join(lines)
    for where in ("folder/train", "other/train", "streets-sim/val"):
        assert where in report
    # Streets have no "car"; the folder shows some, so that nothing is lost.
    lines.clear()
    both = dataclasses.replace(settings, source=f"{folder},{SIM}", target="")
    check_data_command.run(both, lines.append)
    assert any(line.startswith("streets-sim has classes") for line in lines)
    assert "absent_class" not in "\n".join(lines)
    broken = dataclasses.replace(settings, source_split="val")
    with pytest.raises(DataError, match="folder has no split 'val'"):
        check_data_command.run(broken, lines.append)


def test_ids_of_data_are_those_of_one_domain_too(folder):
    settings = dataclasses.replace(TINY, source=f"{SIM},{folder}")
    manifests = making.data_manifests(settings, making.make_domains(settings))
    alone = dataclasses.replace(TINY, source=SIM)
    one = making.data_manifests(alone, making.make_domains(alone))["source"]
    parts = {
        part["name"]: part for part in manifests["source"].summary()["domains"]
    }
    assert parts["streets-sim"] == one.summary()
    assert np.unique([part["id"] for part in parts.values()]).size == 2
