"""Three lines: the same numbers as the commands, for every kind of model."""

import html

import numpy as np
import pytest
import toy_artefact
import toy_runs
import toy_saved_model
import toy_segmenter
from PIL import Image
from toy_segmenter import BLUE
from toy_segmenter import GREEN
from toy_segmenter import RED
from toy_segmenter import paint

import tf_advseg
from tf_advseg.commands import evaluate as evaluate_command
from tf_advseg.commands import predict as predict_command
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.experiment import registry
from tf_advseg.export.graph.serving_module import ServingModule
from tf_advseg.networks.backbones import ResNet50
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.settings.evaluate import EvaluateSettings
from tf_advseg.settings.predict import PredictSettings

MAP = np.array([[RED, RED, GREEN], [BLUE, BLUE, GREEN]], np.uint8)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A file of a network with all that graphs fuse; it resizes."""
    decoder = registry.make_decoder("fpn")
    backbone = ResNet50(blocks=(1, 1, 1, 1), batch_norm="affine").suited_to(
        decoder.output_stride
    )
    facts = {
        "classes": list(toy_segmenter.CLASSES.names),
        "palette": [list(c) for c in toy_segmenter.CLASSES.palette],
        "image_size": [32, 48],
    }
    path = tmp_path_factory.mktemp("model") / "model.keras"
    return save_segmenter(decoder.build(backbone.build(), 3), path, facts)


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    """Labelled images, all of them in `train`."""
    folder = tmp_path_factory.mktemp("camera")
    return toy_runs.write_domain(folder, size=(40, 56))


@pytest.fixture
def colours(tmp_path):
    path = toy_segmenter.save_colour_segmenter(tmp_path / "colours.keras")
    return tf_advseg.load(path)


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_s_files_are_those_of_predict_to_the_byte(
    network, camera, tmp_path
):
    kinds = "ids,classes,overlay,entropy"
    settings = PredictSettings(
        model=str(network),
        input=str(camera / "images"),
        out=str(tmp_path / "command"),
        save=kinds,
    )
    assert predict_command.run(settings, lambda _: None) == 0
    model = tf_advseg.load(network)
    run = model(camera / "images").save(tmp_path / "library", kinds)
    assert run.num_predicted == 6
    assert not run.faults
    written = files_below(tmp_path / "library")
    assert written == files_below(tmp_path / "command")
    ids = Image.open(tmp_path / "command/ids/0003.png")
    result = model(camera / "images/0003.png")
    np.testing.assert_array_equal(result.classes, ids)
    assert result.classes.shape == (40, 56)  # And not the network's size.


def test_maps_are_the_ensemble_s_to_the_bit(network, camera):
    model = tf_advseg.load(network)
    segmenter, _ = tf_advseg.load_segmenter(network)
    result = model(camera / "images/0001.png")
    resized = tf_advseg.datasets.Domain.read_sample(
        registry.make_domain(str(camera)), "images/0001.png", (32, 48), False
    )[0]
    classes, entropy, confidence = Ensemble([segmenter]).predict_all(
        resized[np.newaxis].astype(np.float32), (40, 56)
    )
    np.testing.assert_array_equal(result.classes, classes[0])
    np.testing.assert_array_equal(result.entropy, entropy[0])
    np.testing.assert_array_equal(result.confidence, confidence[0])


@pytest.mark.parametrize("split", ["train", "unlabelled"])
def test_evaluate_is_the_command_s_to_the_bit(
    network, camera, split, tmp_path, monkeypatch
):
    target = camera
    if split == "unlabelled":
        target = toy_runs.write_domain(tmp_path / "x", labelled=False)
        split = "train"
    found = []

    def keep(what, *_):
        found.append(what)

    monkeypatch.setattr(evaluate_command, "_report", keep)
    monkeypatch.setattr(evaluate_command, "_report_observation", keep)
    monkeypatch.setattr(evaluate_command, "lost_mask", lambda *_: None)
    settings = EvaluateSettings(
        model=str(network), target=str(target), split=split
    )
    evaluate_command.run(settings, lambda _: None)
    ours = tf_advseg.load(network).evaluate(target, split)
    (theirs,) = found
    assert type(ours) is type(theirs)
    if isinstance(ours, Evaluation):
        assert ours.to_json() == theirs.to_json()
        assert ours.num_images == 6
    else:
        assert ours.to_dict() == theirs.to_dict()
        assert ours.entropies == theirs.entropies


def test_a_domain_itself_can_be_evaluated(colours, camera):
    domain = registry.make_domain(str(camera))
    by_name = colours.evaluate(str(camera), "train")
    assert colours.evaluate(domain, "train").to_json() == by_name.to_json()
    other = tf_advseg.make_domain("streets-real(train=1, val=1)")
    with pytest.raises(ValueError, match="The model predicts red, green, blue"):
        colours.evaluate(other)


def test_a_run_s_folder_is_its_best_model(tmp_path, camera):
    run = toy_runs.write_run(
        tmp_path / "run", "source_only", camera, camera, factors=(0, 1, 1)
    )
    toy_segmenter.save_colour_segmenter(run / "best.keras")
    model = tf_advseg.load(run)
    assert model(paint(MAP)).classes.tolist() == MAP.tolist()
    assert model.image_size is None  # The last one's is 16x32.


def test_a_tflite_says_what_the_device_s_runner_says(tmp_path):
    path = toy_artefact.write_toy_artefact(tmp_path / "model.tflite", (16, 32))
    model = tf_advseg.load(path)
    image = np.zeros((32, 64, 3), np.uint8)
    image[..., 1] = 90
    image[:, :32, 0] = 200
    result = model(image)
    assert result.classes.shape == result.entropy.shape == (32, 64)
    assert set(result.shares()) == {"red", "green"}
    p = np.exp(np.array([0, 90 / 64, 0]))
    p /= p.sum()
    expected = -(p * np.log(p)).sum() / np.log(3)
    np.testing.assert_allclose(result.entropy[:, -1], expected, atol=0.6 / 255)
    with pytest.raises(ValueError, match="no confidence; load the run"):
        _ = result.confidence
    with pytest.raises(ValueError, match="is exported already"):
        model.export()


def test_a_saved_model_says_what_keras_says(tmp_path, network, camera):
    ensemble = Ensemble([tf_advseg.load_segmenter(network)[0]])
    folder = tmp_path / "export"
    module = ServingModule(ensemble, (32, 48))
    toy_saved_model.write_saved_model(
        module, folder / "saved_model", toy_saved_model.METADATA
    )
    keras, model = tf_advseg.load(network), tf_advseg.load(folder)
    ours, theirs = (one(camera / "images/0002.png") for one in (model, keras))
    assert (ours.classes == theirs.classes).mean() > 0.999
    np.testing.assert_allclose(ours.entropy, theirs.entropy, atol=1e-4)
    np.testing.assert_allclose(ours.confidence, theirs.confidence, atol=1e-4)
    ours, theirs = (one.evaluate(camera, "train") for one in (model, keras))
    assert np.abs(ours.confusion - theirs.confusion).sum() < 20
    assert ours.num_images == 6
    unlabelled = toy_runs.write_domain(tmp_path / "x", labelled=False)
    with pytest.raises(ValueError, match="has no labels, and an exported"):
        model.evaluate(unlabelled, "train")


def test_an_artefact_is_evaluated_at_each_label_s_size(tmp_path, camera):
    path = toy_artefact.write_toy_artefact(tmp_path / "m.tflite", (40, 56))
    found = tf_advseg.load(path).evaluate(camera, "train")
    keras = toy_segmenter.save_colour_segmenter(tmp_path / "m.keras")
    assert found.confusion.sum() == 6 * 40 * 56
    theirs = tf_advseg.load(keras).evaluate(camera, "train")
    np.testing.assert_array_equal(found.confusion, theirs.confusion)


@pytest.mark.slow
def test_what_is_exported_can_be_loaded_and_does_the_same(tmp_path, camera):
    path = toy_segmenter.save_colour_segmenter(
        tmp_path / "model.keras", (16, 24), factors=(0.03,) * 3, stride=2
    )
    keras = tf_advseg.load(path)
    folder = keras.export(
        formats="saved_model,tflite_float32",
        target=str(camera),
        gate_split="train",
        gate_images=2,
    )
    assert folder == tmp_path / "export"
    expected = keras(camera / "images/0000.png")
    for where in (
        folder,
        folder / "saved_model",
        folder / "model_float32.tflite",
    ):
        found = tf_advseg.load(where)(camera / "images/0000.png")
        assert (found.classes == expected.classes).mean() > 0.9, where


def test_the_card_has_facts_and_no_foreign_tags(tmp_path):
    facts = {
        "classes": ["<script>", "b"],
        "palette": [[1, 2, 3], [4, 5, 6]],
        "method": "<b>advent</b> " + "0.123456 " * 50,
        "step": 12,
    }
    path = save_segmenter(
        toy_segmenter.logits_segmenter(0.0, 1.0), tmp_path / "m.keras", facts
    )
    model = tf_advseg.load(path)
    card = model._repr_html_()
    assert "<script>" not in card and html.escape("<script>") in card
    assert "<b>" not in card and "advent" in card and " ...</td>" in card
    assert "rgb(4,5,6)" in card and ">12<" in card and "of any size" in card
    assert "2 classes" in repr(model)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "There is no model .*missing'; expected a run's folder"),
        ("photo.jpg", "is no model by its name; expected a run's folder"),
        ("empty", "has neither best.keras nor last.keras"),
        ("two", "holds a.tflite, b.tflite; give one"),
        ("bad.keras", "is not a complete .keras file"),
        ("bad.tflite", "carries no metadata at its end"),
    ],
)
def test_what_is_no_model_is_said_in_one_sentence(tmp_path, name, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "two").mkdir()
    for file in ("photo.jpg", "two/b.tflite", "two/a.tflite"):
        (tmp_path / file).write_bytes(b"")
    for file in ("bad.keras", "bad.tflite"):
        (tmp_path / file).write_bytes(b"no zip")
    with pytest.raises(ValueError, match=message) as caught:
        tf_advseg.load(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_changed_bytes_are_named(tmp_path, colours):

    path = toy_artefact.write_toy_artefact(tmp_path / "model.tflite")
    from tf_advseg.base.files import checksums

    checksums.record(path)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ValueError, match=r"was changed since model\.tflite"):
        tf_advseg.load(path)
