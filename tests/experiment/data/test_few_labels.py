"""A folder of images to label, as training takes it."""

import json
import shutil

import numpy as np
import pytest
from toy_domains import NumberedDomain
from toy_domains import write_folder
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.commands import check_data
from tf_advseg.datasets import FolderDomain
from tf_advseg.experiment import making
from tf_advseg.experiment.data import few_labels
from tf_advseg.experiment.data.checks import check_data as look
from tf_advseg.experiment.data.roles import mixed_counts
from tf_advseg.experiment.data.roles import roles_of
from tf_advseg.experiment.registry import make_method
from tf_advseg.runs import data as run_data
from tf_advseg.settings.check_data import CheckSettings
from tf_advseg.settings.train import TrainSettings


@pytest.fixture
def folders(tmp_path):
    """A source, a target with `val`, three images to label of which two are."""
    write_folder(tmp_path / "renders")
    photos = tmp_path / "photos"
    for number in range(4):
        write_image(photos / f"train/images/{number}.png", value=100 + number)
    for number in range(2):
        write_image(photos / f"val/images/{number}.png", value=200 + number)
        write_label(photos / f"val/labels/{number}.png", np.zeros((8, 16)))
    few = write_folder(tmp_path / "to_label")
    (few / "labels" / "2.png").unlink()
    return tmp_path


def domains_of(folders, **changes):
    settings = TrainSettings(
        source=str(folders / "renders"),
        target=str(folders / "photos"),
        target_labels=str(folders / "to_label"),
        target_size="8x16",
        **changes,
    )
    return settings, making.make_domains(settings)


def test_images_without_a_mask_are_left_out_and_counted(folders):
    settings, domains = domains_of(folders)
    few = domains.target_labels
    assert few.keys("train") == ("images/0.png", "images/1.png")
    lines = []
    look(settings, domains, lines.append)
    told = [line for line in lines if line.startswith("to_label/train")]
    assert "2 images taken; 1 without a mask left out" in told[0]
    assert "2 labels (all) were read" in told[1]


def test_a_folder_without_labels_is_a_sentence(folders):
    shutil.rmtree(folders / "to_label" / "labels")
    with pytest.raises(DataError) as caught:
        domains_of(folders)
    said = str(caught.value)
    assert "has no labels: put corrected masks" in said
    assert str(folders / "to_label" / "labels") in said


def test_a_folder_of_masks_of_nothing_is_the_same_sentence(folders):
    for mask in (folders / "to_label" / "labels").iterdir():
        mask.rename(mask.with_name("x" + mask.name))
    with pytest.raises(DataError, match="has no labels: put corrected masks"):
        domains_of(folders)


def test_its_own_class_map_says_what_its_masks_mean(folders):
    classes = folders / "to_label" / "classes.yaml"
    text = classes.read_text().replace("id: 0", "id: 7")
    classes.write_text(text)
    write_label(folders / "to_label/labels/0.png", np.full((8, 16), 7))
    _, domains = domains_of(folders)
    label = domains.target_labels.read_label("images/0.png")
    np.testing.assert_array_equal(label, np.zeros((8, 16)))


def test_other_classes_are_named(folders):
    classes = folders / "to_label" / "classes.yaml"
    classes.write_text(classes.read_text().replace("sky", "moon"))
    with pytest.raises((DataError, ValueError), match="moon"):
        domains_of(folders)


def test_a_copy_of_an_image_to_evaluate_on_is_refused(folders):
    shutil.copy(
        folders / "photos/val/images/1.png", folders / "to_label/images/1.png"
    )
    settings, domains = domains_of(folders)
    with pytest.raises(DataError, match="holds 1 image of split 'val'"):
        look(settings, domains, lambda line: None)


def suggested(folders, **changes):
    record = {
        "target": "photos",
        "images": [{"file": "1.png", "key": "val/images/0.png"}],
    }
    text = json.dumps(record | changes)
    (folders / "to_label" / "suggestions.json").write_text(text)


def test_an_image_that_was_suggested_of_them_is_refused(folders):
    suggested(folders)
    settings, domains = domains_of(folders)
    with pytest.raises(DataError, match=r"\(images/1.png\)"):
        look(settings, domains, lambda line: None)


@pytest.mark.parametrize(
    "changes",
    [{"target": "others"}, {"images": "?"}, {"images": [{"file": "2.png"}]}],
    ids=str,
)
def test_other_suggestions_are_no_leak(folders, changes):
    suggested(folders, **changes)
    settings, domains = domains_of(folders)
    look(settings, domains, lambda line: None)


def test_without_labels_to_evaluate_on_there_is_no_leak(folders):
    shutil.rmtree(folders / "photos/val/labels")
    suggested(folders)
    settings, domains = domains_of(folders)
    look(settings, domains, lambda line: None)


def test_streets_drawn_alike_are_refused():
    streets = "streets-real(size=(32, 64), train=2, val=2)"
    settings = TrainSettings(
        source=streets,
        target=streets,
        target_labels=streets,
        eval_split="train",
    )
    with pytest.raises(DataError, match="holds 2 images of split 'train'"):
        look(settings, making.make_domains(settings), lambda line: None)


def test_the_data_that_is_learned_from_is_recorded_by_role(folders):
    settings, domains = domains_of(folders)
    manifests = making.data_manifests(settings, domains)
    facts = run_data.data_facts(manifests)
    assert facts["target_labels"]["num_images"] == 2
    write_label(folders / "to_label/labels/2.png", np.zeros((8, 16)))
    settings, domains = domains_of(folders)
    later = run_data.data_facts(making.data_manifests(settings, domains))
    assert later["target_labels"]["id"] != facts["target_labels"]["id"]
    facts = making.segmenter_facts(
        settings, domains, make_method("source_only")
    )
    assert facts["target_labels"] == "to_label, 3 images"


def test_runs_without_them_record_what_they_did_before(folders):
    settings = TrainSettings(
        source=str(folders / "renders"), target=str(folders / "photos")
    )
    domains = making.make_domains(settings)
    facts = run_data.data_facts(making.data_manifests(settings, domains))
    assert set(facts) == {"format", "source", "target", "eval"}


@pytest.mark.parametrize(
    ("batch_size", "share", "count"),
    [(8, 0.5, 4), (8, 0.01, 1), (8, 0.99, 7), (2, 0.5, 1), (3, 0.25, 1)],
)
def test_both_kinds_have_a_place_in_each_batch(
    folders, batch_size, share, count
):
    settings, domains = domains_of(folders, target_labels_share=share)
    roles = roles_of(settings, domains, make_method("source_only"))
    assert roles.num_few(batch_size) == count


def test_a_batch_of_one_has_no_room(folders):
    settings, domains = domains_of(folders)
    roles = roles_of(settings, domains, make_method("advent"))
    with pytest.raises(ValueError, match="--batch_size=2 at least, not 1"):
        roles.num_few(1)


def test_an_oracle_that_learns_all_labels_takes_none(folders):
    settings, domains = domains_of(folders)
    with pytest.raises(ValueError, match="leave --target_labels out"):
        roles_of(settings, domains, make_method("target_oracle"))


def test_classes_are_weighed_as_often_as_they_are_learned():
    """10 pixels at one half, and 1000 at one half."""
    counts = [np.array([[10, 0], [0, 0]]), np.array([[250, 750]])]
    np.testing.assert_allclose(
        mixed_counts(counts, [0.5, 0.5]), [0.5 + 0.125, 0.375]
    )
    assert mixed_counts(counts[:1], [1.0]) is counts[0]


def test_check_data_looks_at_them(folders):
    """Copies of the target's images are meant; those of `val` are a leak."""
    shutil.copy(
        folders / "photos/train/images/0.png", folders / "to_label/images/0.png"
    )
    said = []
    settings = CheckSettings(
        source=str(folders / "renders"),
        target=str(folders / "photos"),
        target_labels=str(folders / "to_label"),
        processes=1,
    )
    check_data.run(settings, said.append)
    assert "target labels" in said[0] and "to_label/train" in said[0]
    assert "also in photos/train" not in said[0]
    shutil.copy(
        folders / "photos/val/images/0.png", folders / "to_label/images/1.png"
    )
    assert check_data.run(settings, said.append) == 5
    assert "(leak) in to_label/train: 1 image is also in photos/val" in "".join(
        said[1:]
    )


def test_a_domain_by_name_needs_its_split():
    bare = NumberedDomain()
    with pytest.raises(ValueError, match="streets"):
        few_labels.make_few_labels("streets-raal", bare, bare)


def test_archives_and_folders_keep_what_they_say(folders):
    few = domains_of(folders)[1].target_labels
    whole = FolderDomain(folders / "to_label")
    assert few.listings("train") == whole.listings("train")
    assert few.wanted_labels("train") == whole.wanted_labels("train")
    assert few.stray_labels("train") == whole.stray_labels("train") == []
