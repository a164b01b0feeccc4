"""Files filled again are those that Keras writes; what fits is read again."""

import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
import toy_segmenter

from tf_advseg.networks.weights import skeleton


def _network(*more):
    image = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, name="conv")(image)
    x = keras.layers.BatchNormalization(name="norm")(x)
    for layer in more:
        x = layer(x)
    return keras.Model(image, keras.layers.Conv2D(2, 1, name="last")(x))


def _with_chance(model, seed=0):
    rng = np.random.default_rng(seed)
    model.set_weights(
        [rng.normal(size=w.shape).astype(w.dtype) for w in model.get_weights()]
    )
    return model


def _members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _count_of_keras(monkeypatch, name):
    calls, original = [], getattr(keras.Model, name)

    def counted(*args, **options):
        calls.append(args)
        return original(*args, **options)

    monkeypatch.setattr(keras.Model, name, counted)
    return calls


def test_the_second_file_is_filled_and_is_what_keras_writes(
    tmp_path, monkeypatch
):
    model = _network()
    saved = _count_of_keras(monkeypatch, "save")
    skeleton.save(_with_chance(model, 1), tmp_path / "a.keras")
    skeleton.save(_with_chance(model, 2), tmp_path / "b.keras")
    assert len(saved) == 1
    model.save(tmp_path / "keras.keras")
    ours = _members(tmp_path / "b.keras")
    theirs = _members(tmp_path / "keras.keras")
    assert ours.keys() == theirs.keys()
    for name in ("config.json", "model.weights.h5"):
        assert ours[name] == theirs[name]
    facts = [json.loads(m["metadata.json"]) for m in (ours, theirs)]
    assert [sorted(f) for f in facts] == 2 * [["date_saved", "keras_version"]]
    again = keras.saving.load_model(tmp_path / "b.keras")
    for one, other in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_changed_network_is_not_filled_into_the_old_file(tmp_path):
    model = _network()
    skeleton.save(model, tmp_path / "a.keras")
    model.get_layer("conv").trainable = False
    skeleton.save(model, tmp_path / "b.keras")
    again = keras.saving.load_model(tmp_path / "b.keras")
    assert not again.get_layer("conv").trainable


@pytest.mark.parametrize(
    "odd",
    [
        lambda: keras.layers.Dropout(0.5),
        lambda: keras.Sequential([keras.layers.Conv2D(4, 1)]),
        lambda: keras.layers.Conv2D(4, 1, dtype="bfloat16"),
    ],
)
def test_what_does_not_fit_is_left_to_keras_and_comes_back(tmp_path, odd):
    model = _network(odd())
    for seed in (1, 2):
        skeleton.save(_with_chance(model, seed), tmp_path / "a.keras")
    wanted = model.get_weights()
    again = keras.saving.load_model(tmp_path / "a.keras")
    _with_chance(model, 3)
    if not skeleton.load_by_name(model, tmp_path / "a.keras"):
        model.load_weights(tmp_path / "a.keras")
    for found in (again.get_weights(), model.get_weights()):
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(one, other)


def test_weights_are_read_without_keras(tmp_path):
    path = tmp_path / "a.keras"
    _with_chance(_network(), 1).save(path)
    model = _with_chance(_network(), 2)
    assert skeleton.load_by_name(model, path)
    expected = keras.saving.load_model(path).get_weights()
    for one, other in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_of_another_network_change_nothing(tmp_path):
    path = tmp_path / "a.keras"
    toy_segmenter.colour_segmenter().save(path)
    model = _with_chance(_network())
    before = model.get_weights()
    assert not skeleton.load_by_name(model, path)
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_that_lie_in_another_file_are_not_read(tmp_path):
    path, elsewhere = tmp_path / "a.keras", tmp_path / "elsewhere"
    model = _with_chance(_network())
    model.save(path)
    members = _members(path)
    weights = tmp_path / "w.h5"
    weights.write_bytes(members["model.weights.h5"])
    with h5py.File(weights, "a") as file:
        group = file["layers/conv2d/vars"]
        shape = group["1"].shape
        del group["1"]
        elsewhere.write_bytes(bytes(4 * shape[0]))
        outside = [(str(elsewhere), 0, h5py.h5f.UNLIMITED)]
        group.create_dataset("1", shape, "f4", external=outside)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(weights, "model.weights.h5")
    assert not skeleton.load_by_name(model, path)


def test_a_turned_bit_is_found(tmp_path):
    path = tmp_path / "a.keras"
    model = _with_chance(_network())
    model.save(path)
    data = bytearray(path.read_bytes())
    place = data.find(model.get_weights()[0].tobytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(zipfile.BadZipFile):
        skeleton.load_by_name(model, path)
