"""The folder that TensorFlow Serving serves from."""

import contextlib
import json
import os
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import yaml
from google.protobuf import text_format
from tensorflow.core.protobuf import saved_model_pb2
from toy_saved_model import METADATA
from toy_saved_model import write_toy_saved_model

from tf_advseg.base.checks import DataError
from tf_advseg.export import serving
from tf_advseg.export.client import read_class_table
from tf_advseg.export.serving import compose
from tf_advseg.export.serving import configuration
from tf_advseg.export.serving import signatures
from tf_advseg.export.serving import versions

pytest.importorskip("tensorflow_serving")


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory):
    return write_toy_saved_model(tmp_path_factory.mktemp("toy") / "saved")


def test_versions_are_numbered_one_after_the_other(saved_model, tmp_path):
    first = serving.publish(saved_model, tmp_path / "out")
    second = serving.publish(saved_model, tmp_path / "out")
    assert (first.number, second.number) == (1, 2)
    assert second.path == tmp_path / "out/models/tf_advseg/2"
    # A version that was deleted in the middle is not used again.
    shutil.rmtree(first.path)
    assert serving.publish(saved_model, tmp_path / "out").number == 3


def test_a_version_is_whole_the_moment_it_has_its_number(
    saved_model, tmp_path, monkeypatch
):
    seen = []
    rename = os.rename

    def watched(source, destination):
        base = Path(destination).parent
        # What a server that polls now would find: nothing.
        assert versions.version_numbers(base) == []
        rename(source, destination)
        files = Path(destination).rglob("*")
        seen.extend(p.name for p in files if p.is_file())

    monkeypatch.setattr(os, "rename", watched)
    serving.publish(saved_model, tmp_path / "out")
    assert {"saved_model.pb", "variables.index"} <= set(seen)
    assert "tf_serving_warmup_requests" in seen


def test_a_failed_publish_leaves_no_version_and_nothing_half(
    saved_model, tmp_path, monkeypatch
):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tf_advseg.export.serving.folder.write_warmup", full)
    with pytest.raises(OSError, match="No space left"):
        serving.publish(saved_model, tmp_path / "out")
    assert not [p for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert not list((tmp_path / "out/models").glob(".*"))


def test_publishers_at_once_get_versions_of_their_own(saved_model, tmp_path):
    numbers = []

    def publish():
        numbers.append(serving.publish(saved_model, tmp_path).number)

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [1, 2, 3, 4]


def test_of_publishers_at_once_the_classes_are_the_newest_versions(
    saved_model, tmp_path, monkeypatch
):
    """The slower one must not write its class table over the newer one's."""
    models = []
    for mark in range(3):
        models.append(tmp_path / str(mark))
        shutil.copytree(saved_model, models[-1])
        about = models[-1] / serving.folder.METADATA_ASSET
        facts = json.loads(about.read_text()) | {"mark": mark}
        about.write_text(json.dumps(facts))
    write = serving.folder.write_text

    def slow_at_first(path, text):
        if path.name == "tf_advseg.json" and not path.exists():
            time.sleep(0.5)
        write(path, text)

    monkeypatch.setattr(serving.folder, "write_text", slow_at_first)
    out = tmp_path / "out"
    threads = [
        threading.Thread(target=serving.publish, args=(model, out))
        for model in models
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    newest = out / "models/tf_advseg/3" / serving.folder.METADATA_ASSET
    found = json.loads((out / "tf_advseg.json").read_text())
    assert found == json.loads(newest.read_text())


def test_a_publisher_killed_before_the_classes_does_no_harm(
    saved_model, tmp_path, monkeypatch, caplog
):
    """A server serves the new version from then on."""
    renamed = tmp_path / "renamed"
    shutil.copytree(saved_model, renamed)
    about = renamed / serving.folder.METADATA_ASSET
    names = [f"new {name}" for name in METADATA["classes"]]
    about.write_text(json.dumps({**METADATA, "classes": names}))
    out = tmp_path / "out"
    serving.publish(saved_model, out)
    assert list(read_class_table(out).names) == METADATA["classes"]
    write = serving.folder.write_text

    def killed(path, text):
        if path.name == "tf_advseg.json":
            raise KeyboardInterrupt
        write(path, text)

    monkeypatch.setattr(serving.folder, "write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        serving.publish(renamed, out)
    assert versions.version_numbers(out / "models/tf_advseg") == [1, 2]
    # Clients are told, and take what is served.
    assert list(read_class_table(out).names) == names
    assert "is not that of the newest version" in caplog.text
    # The next publisher puts it right, even if it fails later itself.
    monkeypatch.setattr(serving.folder, "write_text", write)
    monkeypatch.setattr(serving.folder, "write_warmup", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        serving.publish(saved_model, out)
    assert json.loads((out / "tf_advseg.json").read_text())["classes"] == names


def test_the_next_publish_removes_what_a_killed_one_left(saved_model, tmp_path):
    left = tmp_path / "models" / ".publishing-0a1b2c"
    (left / "variables").mkdir(parents=True)
    serving.publish(saved_model, tmp_path)
    assert not list((tmp_path / "models").glob(".*"))


def test_files_that_an_operator_edited_stay(saved_model, tmp_path):
    serving.publish(saved_model, tmp_path)
    for name in ("config/models.config", "compose.yaml", "README.md"):
        (tmp_path / name).write_text('# mine "tf_advseg"')
    serving.publish(saved_model, tmp_path)
    for name in ("config/models.config", "compose.yaml", "README.md"):
        assert (tmp_path / name).read_text() == '# mine "tf_advseg"'


def test_a_folder_of_another_model_is_refused(saved_model, tmp_path):
    serving.publish(saved_model, tmp_path, name="night")
    with pytest.raises(DataError, match="does not offer the model 'day'"):
        serving.publish(saved_model, tmp_path, name="day")
    assert not (tmp_path / "models/day").exists()


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".hidden", "a b", "a:b"])
def test_names_that_break_urls_and_paths_are_refused(
    saved_model, tmp_path, name
):
    with pytest.raises(ValueError, match="stands in URLs"):
        serving.publish(saved_model, tmp_path / "out", name=name)
    assert not (tmp_path / "out").exists()


def test_the_models_config_is_one_of_tensorflow_serving():
    from tensorflow_serving.config import model_server_config_pb2

    config = text_format.Parse(
        configuration.models_config("night"),
        model_server_config_pb2.ModelServerConfig(),
    )
    (model,) = config.model_config_list.config
    assert (model.name, model.base_path) == ("night", "/models/night")


def test_the_compose_file_mounts_read_only_and_serves_both_ports():
    service = yaml.safe_load(compose.compose_file("night"))["services"]["night"]
    assert all(volume.endswith(":ro") for volume in service["volumes"])
    ports = [port.rsplit(":", 2)[1:] for port in service["ports"]]
    assert ports == [["8500", "8500"], ["8501", "8501"]]
    assert service["healthcheck"]["test"][-1] == compose.health_command("night")


def test_the_image_is_of_the_tensorflow_that_writes_the_model():
    """An older server need not know an operation of a newer TensorFlow."""
    written = [int(part) for part in tf.__version__.split(".")[:2]]
    assert [int(p) for p in compose.IMAGE_TAG.split(".")[:2]] >= written


def test_warm_up_requests_are_predict_logs_that_the_model_answers(
    saved_model, tmp_path
):
    from tensorflow_serving.apis import prediction_log_pb2

    published = serving.publish(saved_model, tmp_path)
    model = tf.saved_model.load(str(published.path))
    path = str(published.path / serving.WARMUP_FILE)
    names = set()
    records = list(tf.data.TFRecordDataset(path))
    assert len(records) == published.num_warmup_requests == 6
    for record in records:
        log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
        request = log.predict_log.request
        assert request.model_spec.name == "tf_advseg"
        name = request.model_spec.signature_name
        names.add(name)
        inputs = {
            key: tf.constant(tf.make_ndarray(value))
            for key, value in request.inputs.items()
        }
        outputs = model.signatures[name](**inputs)
        assert set(outputs) >= set(signatures.SIGNATURES[name][1])
        if "classes" in outputs:
            # The size that the exporter noted.
            assert outputs["classes"].shape[1:] == METADATA["size"]
    assert names == set(signatures.SIGNATURES)


def _change_signatures(folder, change):
    path = folder / "saved_model.pb"
    message = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    change(message.meta_graphs[0].signature_def)
    path.write_bytes(message.SerializeToString())


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda found: found.pop("png"), "has no signature 'png'"),
        (
            lambda found: found["png"].outputs.pop("mean_entropy"),
            "'png' of .* gives class_map_png_bytes; expected",
        ),
        (
            lambda found: found["uint8"].inputs.pop("image"),
            "'uint8' of .* takes nothing and gives",
        ),
    ],
)
def test_a_lost_signature_or_tensor_is_named(
    saved_model, tmp_path, change, message
):
    folder = tmp_path / "saved"
    shutil.copytree(saved_model, folder)
    _change_signatures(folder, change)
    with pytest.raises(DataError, match=message):
        serving.publish(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_saved_model_is_refused(saved_model, tmp_path):
    with pytest.raises(DataError, match="is no SavedModel"):
        serving.publish(tmp_path, tmp_path / "out")
    cut = tmp_path / "cut"
    shutil.copytree(saved_model, cut)
    whole = (cut / "saved_model.pb").read_bytes()
    (cut / "saved_model.pb").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="no whole SavedModel"):
        serving.publish(cut, tmp_path / "out")


def test_clients_find_the_classes_beside_the_models(saved_model, tmp_path):
    serving.publish(saved_model, tmp_path)
    assert json.loads((tmp_path / "tf_advseg.json").read_text()) == METADATA


def test_a_mutated_graph_is_refused_or_read_but_never_a_crash(
    saved_model, tmp_path
):
    rng = np.random.default_rng(0)
    whole = (saved_model / "saved_model.pb").read_bytes()
    folder = tmp_path / "mutated"
    folder.mkdir()
    for _ in range(50):
        data = bytearray(whole[: rng.integers(len(whole))])
        for _ in range(5):
            if data:
                data[rng.integers(len(data))] = rng.integers(256)
        (folder / "saved_model.pb").write_bytes(bytes(data))
        # Any other kind of error fails the test.
        with contextlib.suppress(DataError):
            signatures.check_signatures(folder)
