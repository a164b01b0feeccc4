"""Five lines with Keras' fit: the network, rates and batches of `train`."""

import dataclasses

import keras
import numpy as np
import pytest
import toy_runs
from toy_settings import TINY

import tf_advseg
from tf_advseg.base.checks import DataError
from tf_advseg.base.fields import changed
from tf_advseg.commands import train as training_command

SMALL = {
    "backbone": "efficientnet_lite0",
    "weights": "none",
    "batch_size": 2,
    "steps": 4,
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("folders")
    source = toy_runs.write_domain(root / "renders", size=(32, 64))
    target = toy_runs.write_domain(
        root / "photos", size=(32, 64), labelled=False
    )
    return source, target


def recipe(folders, **flags):
    return tf_advseg.Recipe(*folders, write=lambda _: None, **SMALL | flags)


@pytest.mark.slow
def test_five_lines_make_a_model_that_load_takes(folders, tmp_path):
    made = recipe(folders)
    model = made.model()
    model.compile(**made.compiling())
    told = model.fit(
        made.batches(), steps_per_epoch=2, epochs=2, shuffle=False, verbose=0
    )
    path = made.save(model, tmp_path / "mine.keras")
    assert set(told.history) >= {"loss", "source/main"}
    assert not [name for name in told.history if name.startswith("health/")]
    loaded = tf_advseg.load(path)
    assert loaded.class_names == ("red", "green", "blue")
    assert loaded.image_size == (32, 64)
    assert loaded.facts["step"] == 4
    assert loaded.facts["method"].startswith("advent(")
    result = loaded(folders[1] / "images/0000.png")
    assert result.classes.shape == (32, 64)
    assert loaded.evaluate(folders[0], "train").num_images == 6


@pytest.mark.slow
def test_fit_learns_what_the_command_learns(tmp_path):
    settings = dataclasses.replace(
        TINY, run=str(tmp_path / "run"), snapshots=0, ema_decay=0.0
    )
    assert training_command.run(settings, lambda _: None) == 0
    theirs, _ = tf_advseg.load_segmenter(tmp_path / "run/last.keras")
    flags = {
        name: value
        for name, value in changed(settings).items()
        if name
        not in {
            "run",
            "snapshots",
            "ema_decay",
            *("compare", "log_every", "health_every", "checkpoint_every"),
        }
    }
    made = tf_advseg.Recipe(**flags, write=lambda _: None)
    model = made.model()
    model.compile(**made.compiling())
    model.fit(made.batches(), steps_per_epoch=4, shuffle=False, verbose=0)
    for ours, other in zip(
        model.segmenter.weights, theirs.weights, strict=True
    ):
        np.testing.assert_allclose(
            ours.numpy(), other.numpy(), atol=1e-5, err_msg=ours.path
        )


def test_other_optimizers_are_the_user_s_to_give(folders):
    made = recipe(folders, method="source_only", decoder="lraspp")
    model = made.model()
    assert isinstance(model, keras.Model)
    options = made.compiling() | {"optimizer": keras.optimizers.SGD(0.1)}
    model.compile(**options)
    assert isinstance(model.optimizer, keras.optimizers.SGD)
    images, labels = next(iter(made.batches()))
    assert set(images) == {"source"}  # Which target images it never sees.
    assert labels.shape == (2, 32, 64)


def test_sizes_come_of_the_images(folders):
    lines = []
    made = tf_advseg.Recipe(*folders, write=lines.append, **SMALL)
    assert made.settings.target_size == "32x64"
    assert made.source.class_set.names == made.target.class_set.names
    assert any("Sizes by the images" in line for line in lines)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"step": 3}, "Unknown setting for fit: 'step'. Did you mean 'steps'"),
        ({"snapshots": 3}, "Unknown setting for fit: 'snapshots'"),
        ({"steps": 0}, "--steps must be at least 1; received 0"),
        ({"method": "advant"}, "Did you mean 'advent'"),
        ({"method": "intrada", "start": "."}, "use `tf_advseg train`"),
    ],
)
def test_what_fit_cannot_take_is_said(folders, flags, message):
    with pytest.raises(ValueError, match=message):
        recipe(folders, **flags)


def test_a_folder_without_labels_is_no_source(folders):
    _, target = folders
    with pytest.raises(DataError, match="label"):
        tf_advseg.Recipe(target, target, write=lambda _: None, **SMALL)
    with pytest.raises(DataError, match="does not exist"):
        tf_advseg.Recipe("no/such", target, write=lambda _: None, **SMALL)
