"""One file a segmenter: complete, readable, never half written."""

import json
import zipfile

import keras
import numpy as np
import pytest
import toy_segmenter

from tf_advseg.base.files import atomic_file
from tf_advseg.base.files import checksums
from tf_advseg.networks import model_file
from tf_advseg.networks.ensemble_file import load_ensemble

FACTS = {"classes": ["red", "green", "blue"], "image_size": [8, 16]}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "modèle one.keras"
    model_file.save_segmenter(toy_segmenter.colour_segmenter(), path, FACTS)
    return path


def test_a_segmenter_comes_back_with_weights_and_metadata(saved):
    model, metadata = model_file.load_segmenter(saved)
    image = np.random.default_rng(0).uniform(0, 255, (1, 8, 16, 3))
    expected = toy_segmenter.colour_segmenter()(image)
    np.testing.assert_array_equal(model(image)["main"], expected["main"])
    assert set(model.output) == set(expected)
    assert metadata["classes"] == FACTS["classes"]
    assert metadata["tf_advseg_version"]


def test_plain_keras_opens_the_file_too(saved):
    assert keras.saving.load_model(saved, compile=False).name == "colours"


def test_the_folder_is_made_and_nothing_else_is_left_in_it(tmp_path):
    path = tmp_path / "a" / "b" / "best.keras"
    model_file.save_segmenter(toy_segmenter.colour_segmenter(), path, FACTS)
    assert [p.name for p in path.parent.iterdir()] == ["best.keras"]


def test_a_failure_in_the_middle_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()

    def fail(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(OSError, match="No space"):
        model_file.save_segmenter(
            toy_segmenter.colour_segmenter((2, 2, 2)), saved, FACTS
        )
    assert saved.read_bytes() == before
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]


def test_saving_again_replaces_the_old_file(saved):
    other = toy_segmenter.colour_segmenter(num_classes=4)
    model_file.save_segmenter(other, saved, {**FACTS, "step": 2})
    model, metadata = model_file.load_segmenter(saved)
    assert model.output["main"].shape[-1] == 4
    assert metadata["step"] == 2


def test_a_changed_byte_of_a_recorded_model_is_named_by_all_who_read_it(saved):
    checksums.record(saved)
    model_file.load_segmenter(saved)
    data = bytearray(saved.read_bytes())
    # In the list at the end, of which neither Keras nor a checksum of zip sees.
    with zipfile.ZipFile(saved) as archive:
        data[archive.start_dir + 4] ^= 1
    saved.write_bytes(data)
    copy = saved.with_name("copy.keras")
    for read in (
        model_file.load_segmenter,
        lambda path: load_ensemble([path]),
        lambda path: model_file.copy_segmenter(path, copy, {}),
    ):
        with pytest.raises(ValueError, match=r"one\.keras' was changed since"):
            read(saved)
    assert not copy.exists()
    checksums.forget(saved)
    model_file.load_segmenter(saved)


def test_who_replaces_a_recorded_model_is_not_accused(saved):
    checksums.record(saved)
    model = toy_segmenter.colour_segmenter()
    model_file.save_segmenter(model, saved, {**FACTS, "step": 3})
    assert model_file.load_segmenter(saved)[1]["step"] == 3
    copy = saved.with_name("copy.keras")
    copy.write_bytes(b"old")
    checksums.record(copy)
    model_file.copy_segmenter(saved, copy, {"step": 4})
    assert model_file.load_segmenter(copy)[1]["step"] == 4


def test_a_run_folder_stands_for_its_best_model_or_else_its_last(tmp_path):
    model = toy_segmenter.colour_segmenter()
    model_file.save_segmenter(model, tmp_path / "last.keras", {"step": 2})
    assert model_file.load_segmenter(tmp_path)[1]["step"] == 2
    model_file.save_segmenter(model, tmp_path / "best.keras", {"step": 1})
    assert model_file.load_segmenter(tmp_path)[1]["step"] == 1


def test_a_run_folder_without_a_model_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"neither best.keras nor last.keras"):
        model_file.load_segmenter(tmp_path)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"no model '.*gone\.keras'"):
        model_file.load_segmenter(tmp_path / "gone.keras")


def test_a_truncated_file_says_so(saved):
    data = saved.read_bytes()
    for length in (0, 10, len(data) // 2, len(data) - 1):
        saved.write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"not a complete \.keras file"):
            model_file.load_segmenter(saved)


def test_damage_inside_the_weights_is_found(saved):
    data = bytearray(saved.read_bytes())
    start = data.find(b"model.weights.h5")
    data[start + 500] ^= 0xFF
    saved.write_bytes(data)
    with pytest.raises(ValueError, match="CRC"):
        model_file.load_segmenter(saved)


def test_a_plain_keras_file_says_what_is_missing(tmp_path):
    path = tmp_path / "plain.keras"
    toy_segmenter.colour_segmenter().save(path)
    with pytest.raises(ValueError, match="not written by tf_advseg"):
        model_file.load_segmenter(path)


def test_another_class_of_model_is_refused(tmp_path):
    other = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    path = tmp_path / "other.keras"
    with pytest.raises(ValueError, match="received a Sequential"):
        model_file.save_segmenter(other, path, FACTS)
    other.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(model_file.METADATA_MEMBER, json.dumps(FACTS))
    with pytest.raises(ValueError, match="received a Sequential"):
        model_file.load_segmenter(path)


def test_code_in_a_file_is_not_run(tmp_path):
    inputs = keras.Input((None, None, 3))
    outputs = keras.layers.Lambda(lambda x: x, name="main")(inputs)
    model = keras.Model(inputs, {"main": outputs})
    path = model_file.save_segmenter(model, tmp_path / "m.keras", FACTS)
    with pytest.raises(ValueError, match="Lambda"):
        model_file.load_segmenter(path)


@pytest.mark.parametrize(
    ("name", "metadata", "message"),
    [
        ("m.h5", {}, "must end in '.keras'"),
        ("m.keras", {"miou": float("nan")}, "plain JSON"),
        ("m.keras", {"model": object()}, "plain JSON"),
    ],
)
def test_what_cannot_be_saved_is_refused_first(
    tmp_path, name, metadata, message
):
    model = toy_segmenter.colour_segmenter()
    with pytest.raises(ValueError, match=message):
        model_file.save_segmenter(model, tmp_path / name, metadata)
    assert not list(tmp_path.iterdir())


def test_metadata_can_be_read_without_the_model(saved):
    assert model_file.read_metadata(saved)["image_size"] == [8, 16]


def test_an_atomic_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "a.txt"
    with atomic_file.atomic_path(path) as temporary:
        temporary.write_text("new")
        assert temporary.suffix == ".txt"
        assert not path.exists()
    assert path.read_text() == "new"


@pytest.mark.parametrize("durable", [True, False])
def test_an_interrupted_atomic_file_leaves_no_trace(tmp_path, durable):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with (
        pytest.raises(KeyboardInterrupt),
        atomic_file.atomic_path(path, durable) as temporary,
    ):
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_written_as_utf8_into_a_new_folder(tmp_path):
    path = tmp_path / "new" / "a.txt"
    atomic_file.write_text(path, "straße")
    assert path.read_bytes() == "straße".encode()


def test_a_copy_has_the_same_weights_and_more_metadata(saved, tmp_path):
    copy = tmp_path / "best.keras"
    copy.write_text("an older model")
    model_file.copy_segmenter(saved, copy, {"chosen_by": "chance"})
    before, after = (model_file.load_segmenter(p) for p in (saved, copy))
    assert after[1] == {**before[1], "chosen_by": "chance"}
    for one, other in zip(
        before[0].get_weights(), after[0].get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    with zipfile.ZipFile(copy) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))


HOSTILE_FACTS = [
    {"classes": 5},
    {"classes": [{}] * 3},
    {"classes": []},
    {"classes": ["a"] * 256},
    {"palette": [[10**9, 0, 0]] * 3},
    {"palette": [[1, 2]] * 3},
    {"palette": [[1, 2, 3]]},
    {"image_size": "ab"},
    {"image_size": [32]},
    {"image_size": [0, 10**9]},
    {"step": "[" * 5000},
    {"method": {}},
]


@pytest.mark.parametrize("facts", HOSTILE_FACTS)
def test_metadata_that_cannot_be_are_one_sentence(tmp_path, facts):
    path = tmp_path / "m.keras"
    model_file.save_model(
        toy_segmenter.colour_segmenter(), path, {**FACTS, **facts}
    )
    with pytest.raises(ValueError, match=r"The metadata of '.*m\.keras'") as e:
        model_file.load_segmenter(path)
    assert len(str(e.value)) < 600


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "{", "\xff", ""])
def test_metadata_that_are_no_object_are_one_sentence(tmp_path, text):
    path = tmp_path / "m.keras"
    toy_segmenter.colour_segmenter().save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(model_file.METADATA_MEMBER, text.encode("latin1"))
    with pytest.raises(ValueError, match=r"m\.keras' are damaged"):
        model_file.read_metadata(path)


def test_a_network_of_another_kind_is_named(tmp_path):
    inputs = keras.Input((None, None, 1))
    logits = keras.layers.Conv2D(3, 1, name="main_logits")(inputs)
    path = tmp_path / "grey.keras"
    model = keras.Model(inputs, {"main": logits})
    model_file.save_segmenter(model, path, FACTS)
    with pytest.raises(ValueError, match=r"grey\.keras' makes .*, 1\)"):
        model_file.load_segmenter(path)
    logits = keras.layers.Conv2D(3, 1, name="other")(inputs)
    model = keras.Model(inputs, {"main": logits})
    model_file.save_segmenter(model, path, FACTS)
    with pytest.raises(ValueError, match=r"grey\.keras' has no logits"):
        model_file.load_segmenter(path)


def test_the_ensemble_wants_classes_and_colours_of_the_network(tmp_path):
    path = tmp_path / "m.keras"
    model = toy_segmenter.colour_segmenter(num_classes=4)
    model_file.save_segmenter(model, path, FACTS)
    with pytest.raises(ValueError, match="have no 'palette'"):
        load_ensemble([path])
    palette = {"palette": [[1, 2, 3]] * 3}
    model_file.save_segmenter(model, path, {**FACTS, **palette})
    with pytest.raises(ValueError, match=r"name 3 classes, but .* has 4"):
        load_ensemble([path])
