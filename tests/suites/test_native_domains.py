"""Published data sets against their native layouts; all through one suite."""

import numpy as np
import pytest
from native_layouts import MINIATURES
from native_layouts import SIZE
from native_layouts import write
from native_layouts import write_raw
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets import PUBLISHED
from tf_advseg.datasets import NativeDomain
from tf_advseg.datasets import check_domain
from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.published import camvid
from tf_advseg.experiment import making
from tf_advseg.experiment import registry
from tf_advseg.settings.train import TrainSettings

NAMES = sorted(NATIVE_DOMAINS)


def make(name, root, **options):
    return NATIVE_DOMAINS[name](root, **MINIATURES[name].options, **options)


def first_labelled(domain):
    """A split with labels, its first key and the label's file."""
    pairs = MINIATURES[domain.name].pairs
    for split in domain.splits:
        for image, label in pairs[split].items():
            if label is not None:
                return split, image, domain.root / label
    raise AssertionError(f"{domain.name} has no labels.")


@pytest.fixture(params=NAMES)
def domain(request, tmp_path):
    return make(request.param, write(request.param, tmp_path))


def test_splits_hold_just_the_images_of_the_layout(domain):
    pairs = MINIATURES[domain.name].pairs
    assert domain.splits == tuple(pairs)
    for split in domain.splits:
        assert list(domain.keys(split)) == sorted(pairs[split])
        labels = [label for label in pairs[split].values() if label]
        assert domain.has_labels(split) == bool(labels)
        if labels:
            assert not domain.missing_labels(split)


@pytest.mark.parametrize("classes", [19, 16, 13])
@pytest.mark.parametrize("name", NAMES)
def test_raw_ids_become_train_ids(name, classes, tmp_path):
    domain = make(name, write(name, tmp_path), classes=classes)
    names = domain.class_set.names
    assert len(names) == classes
    _, key, _ = first_labelled(domain)
    row = domain.read_label(key)[0]
    raw = MINIATURES[name].raw
    for index, (code, class_name) in enumerate(raw.items()):
        known = class_name in names
        expected = names.index(class_name) if known else 255
        assert row[index] == expected, (code, class_name)


def test_an_id_that_the_data_set_lacks_is_named(domain):
    stranger = MINIATURES[domain.name].stranger
    _, key, path = first_labelled(domain)
    if stranger is None:
        assert domain.data.ignore_unknown
        return
    write_raw(path, MINIATURES[domain.name].kind, [stranger])
    with pytest.raises(DataError) as caught:
        domain.read_label(key)
    text = f"Label {str(path)!r} holds "
    assert str(caught.value).startswith(text)
    assert f"that the data set {domain.name!r} does not name: " in str(
        caught.value
    )


def test_an_image_without_label_is_found_before_it_is_read(tmp_path, domain):
    split, key, path = first_labelled(domain)
    path.unlink()
    again = make(domain.name, tmp_path)
    if again.data.sparse_labels:
        assert key not in again.keys(split)
    else:
        assert again.missing_labels(split) == [key]
    with pytest.raises(DataError, match="has no label"):
        again.read_label(key)


def test_a_label_of_another_size_is_refused(tmp_path, domain):
    _, key, _ = first_labelled(domain)
    write_image(tmp_path / key, (SIZE[0], SIZE[1] + 1))
    with pytest.raises(DataError, match="expected equal sizes"):
        domain.read_label(key)


def test_images_alone_are_a_target(tmp_path, domain):
    split, _, _ = first_labelled(domain)
    images = tmp_path / "images_only"
    for image in domain.keys(split):
        write_image(images / image)
    unlabelled = make(domain.name, images)
    assert split in unlabelled.splits
    assert list(unlabelled.keys(split)) == list(domain.keys(split))
    assert not unlabelled.has_labels(split)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_root_is_one_sentence_with_the_address(name, tmp_path):
    data = PUBLISHED[name]
    for root in ("", tmp_path / "nowhere", tmp_path):
        with pytest.raises(DataError) as caught:
            make(name, root)
        text = str(caught.value)
        assert data.register in text and data.title in text
        assert "*" in text and text.endswith(".")


def test_a_split_that_was_not_downloaded_is_told_from_a_wrong_name(tmp_path):
    write_image(tmp_path / "leftImg8bit/val/ulm/a_leftImg8bit.png")
    domain = make("cityscapes", tmp_path)
    assert domain.splits == ("val",)
    with pytest.raises(DataError, match=r"expected leftImg8bit/train/\*/\*_"):
        domain.keys("train")
    with pytest.raises(ValueError, match="Unknown split of 'cityscapes'"):
        domain.keys("trian")


@pytest.mark.parametrize("name", NAMES)
def test_every_raw_class_goes_to_a_class_or_is_listed_as_dropped(name):
    data = PUBLISHED[name]
    known = set(CLASS_SETS["cityscapes19"].names)
    assert set(data.same_as) <= set(data.raw_ids)
    assert set(data.same_as.values()) <= known
    assert set(data.counts) == set(data.rules)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_made_from_the_command_line(name, tmp_path):
    root = write(name, tmp_path)
    options = {"root": str(root), **MINIATURES[name].options}
    text = ", ".join(f"{key}={value!r}" for key, value in options.items())
    domain = registry.make_domain(f"{name}({text})")
    assert isinstance(domain, NativeDomain) and domain.name == name
    assert domain.root == root


def test_a_target_takes_the_classes_of_its_source(tmp_path):
    root = write("cityscapes", tmp_path)
    sixteen = CLASS_SETS["cityscapes16"]
    call = f"cityscapes:{root}"
    assert registry.make_domain(call).class_set.num_classes == 19
    domain = registry.make_domain(call, class_set=sixteen)
    assert domain.class_set == sixteen
    call = f"cityscapes(root={str(root)!r}, classes=13)"
    domain = registry.make_domain(call, class_set=sixteen)
    assert domain.class_set.num_classes == 13


def test_a_slip_in_a_call_is_named(tmp_path):
    with pytest.raises(ValueError, match="Did you mean 'gta5'"):
        registry.make_domain(f"gta(root={str(tmp_path)!r})")
    with pytest.raises(ValueError, match="Did you mean 'root'"):
        registry.make_domain(f"gta5(rot={str(tmp_path)!r})")
    with pytest.raises(ValueError, match="Did you mean 'cityscapes19'"):
        registry.make_domain(f"gta5(root={str(tmp_path)!r}, classes=9)")


def test_parsed_labels_of_synthia_are_read_as_ids(tmp_path):
    write_image(tmp_path / "RGB/0000000.png")
    path = tmp_path / "parsed_LABELS/0000000.png"
    write_label(path, np.full(SIZE, 3))
    domain = make("synthia", tmp_path, labels="parsed_LABELS")
    assert np.all(domain.read_label("RGB/0000000.png") == 0)


def test_the_coloured_labels_of_synthia_are_refused(tmp_path):
    write_image(tmp_path / "RGB/0000000.png")
    write_image(tmp_path / "GT/COLOR/0000000.png")
    domain = make("synthia", tmp_path, labels="GT/COLOR")
    with pytest.raises(DataError, match="expected one number a pixel"):
        domain.read_label("RGB/0000000.png")


def test_train_ids_of_idd_are_read_as_such(tmp_path):
    stem = "train/0/005506"
    write_image(tmp_path / f"leftImg8bit/{stem}_leftImg8bit.png")
    path = tmp_path / f"gtFine/{stem}_gtFine_labelcsTrainIds.png"
    write_raw(path, "grey", [0, 9, 18, 19, 255])
    domain = make("idd", tmp_path, ids="csTrainId")
    label = domain.read_label(f"leftImg8bit/{stem}_leftImg8bit.png")
    assert label[0, :5].tolist() == [0, 9, 18, 255, 255]


def test_splits_of_camvid_add_up():
    frames = [f"0001TP_{6690 + 30 * i:06d}" for i in range(124)]
    frames += [f"0006R0_f{930 + 30 * i:05d}" for i in range(101)]
    frames += [f"0016E5_{390 + 30 * i:05d}" for i in range(204)]
    frames += [f"0016E5_{7959 + 2 * i:05d}" for i in range(101)]
    frames += [f"Seq05VD_f{30 * i:05d}" for i in range(171)]
    splits = [camvid.split_of(f"x/{frame}.png") for frame in frames]
    counts = PUBLISHED["camvid"].counts
    assert {split: splits.count(split) for split in counts} == counts


def test_one_condition_of_acdc(tmp_path):
    domain = make("acdc", write("acdc", tmp_path), condition="night")
    assert len(domain.keys("train")) == 1
    assert "/night/" in domain.keys("train")[0]


def test_a_damaged_16_bit_label_is_named(tmp_path):
    domain = make("synthia", write("synthia", tmp_path))
    path = tmp_path / "GT/LABELS/0000000.png"
    data = path.read_bytes()
    path.write_bytes(data[:60] + bytes(4) + data[64:])
    with pytest.raises(DataError, match=r"0000000\.png' cannot be decoded"):
        domain.read_label("RGB/0000000.png")


def test_a_run_finds_both_data_sets_and_their_common_classes(tmp_path):
    settings = TrainSettings(
        source=f"synthia:{write('synthia', tmp_path / 'synthia')}",
        target=f"cityscapes:{write('cityscapes', tmp_path / 'cityscapes')}",
    )
    domains = making.make_domains(settings)
    assert domains.source.class_set.name == "cityscapes16"
    assert domains.target.class_set == domains.source.class_set
    check = check_domain(domains.source, "train", needs_labels=True)
    assert "terrain" not in check.shares and check.shares["road"] > 0
