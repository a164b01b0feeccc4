"""Models in the registry of a real MLflow server, asked by its own client."""

import json
from concurrent.futures import ThreadPoolExecutor

import mlflow
import numpy as np
import pytest
import toy_segmenter
from mlflow_servers import free_port
from mlflow_servers import mlflow_server

from tf_advseg import cli
from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.export.formats import saved_model
from tf_advseg.export.gate.record import write_record
from tf_advseg.model_registry import packing
from tf_advseg.model_registry import registering
from tf_advseg.model_registry.registering import register_model
from tf_advseg.tracking import record

IDS = np.random.default_rng(0).integers(0, 3, (4, 8)).repeat(2, 0).repeat(2, 1)
IMAGE = toy_segmenter.paint(IDS)

pytestmark = pytest.mark.slow  # A server takes 10 seconds to start.


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mlflow_server(tmp_path_factory.mktemp("server")) as uri:
        yield uri


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    return mlflow.MlflowClient(server, server)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A run's folder, as far as a model needs it."""
    run = tmp_path_factory.mktemp("runs") / "monday"
    run.mkdir()
    toy_segmenter.save_colour_segmenter(run / "best.keras")
    (run / "config.json").write_text("{}")
    ids = {"source": {"id": "a" * 16}, "target": {"id": "b" * 16}}
    (run / "data.json").write_text(json.dumps(ids))
    return run


def asked(uri):
    return mlflow.pyfunc.load_model(uri).predict(IMAGE)["class_map"]


def champion(client):
    return client.get_model_version_by_alias("streets", "champion").version


def test_a_run_becomes_versions_that_take_images(
    client, server, model, tmp_path, monkeypatch, capfd
):
    monkeypatch.chdir(tmp_path)
    words = ["register", f"--model={model}", "--name=streets"]
    assert cli.main([*words, "--alias=champion"]) == 0
    out = capfd.readouterr().out
    assert out == (
        f"Registered streets version 1 at {server}; load it with "
        "mlflow.pyfunc.load_model('models:/streets@champion').\n"
    )
    np.testing.assert_array_equal(asked("models:/streets@champion"), IDS[None])
    assert cli.main(words) == 0
    np.testing.assert_array_equal(asked("models:/streets/2"), IDS[None])
    assert champion(client) == "1"
    assert cli.main([*words, "--alias=champion"]) == 0
    assert champion(client) == "3"


def test_hashes_and_lineage_are_tags_and_packages_are_pinned(client, model):
    found = register_model(model, "lineage", write=lambda _: None)
    tags = client.get_model_version("lineage", found.version).tags
    digest = checksums.file_sha256(model / "best.keras")
    assert tags["tf_advseg.sha256"] == digest
    assert len(tags["tf_advseg.saved_model_sha256"]) == 64
    assert tags["tf_advseg.run"] == "monday"
    assert tags["tf_advseg.data.source"] == "a" * 16
    assert tags["tf_advseg.data.target"] == "b" * 16
    assert tags["tf_advseg.classes"] == "red, green, blue"
    assert tags["tf_advseg.gate"].startswith("not run; 100.000%")
    needs = mlflow.pyfunc.get_model_dependencies(found.uri)
    with open(needs) as file:
        names = [line.partition("==")[0] for line in file.read().split()]
    assert names == ["mlflow", "numpy", "pillow", "tensorflow"]
    signature = mlflow.models.get_model_info(found.uri).signature
    assert signature.outputs.input_names() == ["class_map", "confidence"]


def test_a_tracked_runs_model_belongs_to_that_run(client, model, tmp_path):
    experiment = client.create_experiment("of a run")
    tracked = client.create_run(experiment).info.run_id
    client.set_terminated(tracked, "FAILED")
    run = tmp_path / "run"
    run.mkdir()
    (run / "best.keras").write_bytes((model / "best.keras").read_bytes())
    (run / "config.json").write_text("{}")
    record.write(run, record.MLFLOW, {"run_id": tracked})
    found = register_model(run, "owned", write=lambda _: None)
    assert client.get_model_version("owned", found.version).run_id == tracked
    assert client.get_run(tracked).info.status == "FAILED"


def exported(model, folder, passed=True):
    """What `tf_advseg export` leaves, as far as the registry reads it."""
    packed = packing.pack([model], folder)
    record = {"agreement": 100.0} if passed else None
    write_record(packed.folder, record)
    saved_model.write_metadata(packed.folder, packed.facts)
    checksums.record(packed.folder)
    return folder


def test_an_export_is_registered_as_it_is(client, model, tmp_path):
    folder = exported(model, tmp_path)
    found = register_model(folder, "exported", write=lambda _: None)
    np.testing.assert_array_equal(asked(found.uri), IDS[None])
    tags = client.get_model_version("exported", found.version).tags
    assert tags["tf_advseg.gate"] == "passed"
    digest = checksums.file_sha256(tmp_path / "saved_model.sha256")
    assert tags["tf_advseg.saved_model_sha256"] == digest


def test_an_export_is_pushed_into_the_registry(client, model, tmp_path):
    folder = exported(model, tmp_path)
    verdict = {"name": "saved_model", "kept": True, "passed": True}
    (folder / "gate.json").write_text(json.dumps({"artefacts": [verdict]}))
    words = ["push", f"--folder={folder}", "--push_to=mlflow://pushed@new"]
    assert cli.main(words) == 0
    np.testing.assert_array_equal(asked("models:/pushed@new"), IDS[None])


def test_a_refused_or_changed_export_makes_no_version(client, model, tmp_path):
    refused = exported(model, tmp_path / "a", passed=False)
    with pytest.raises(DataError, match="never held against"):
        register_model(refused, "refused")
    changed = exported(model, tmp_path / "b")
    (changed / "saved_model/fingerprint.pb").write_bytes(b"?")
    with pytest.raises(checksums.ChangedModel, match=r"fingerprint\.pb"):
        register_model(changed, "refused")
    assert not client.search_model_versions("name='refused'")
    found = register_model(refused, "anyway", ungated=True)
    tags = client.get_model_version("anyway", found.version).tags
    assert tags["tf_advseg.gate"].startswith("not passed: The SavedModel")


def test_ten_publishers_at_once_get_ten_whole_versions(client, model, tmp_path):
    packed = packing.pack([model], tmp_path)
    packing.write_pyfunc(packed, tmp_path / "pyfunc")
    run_id = client.create_run("0").info.run_id

    def publish(_):
        return registering.publish(
            client, run_id, tmp_path / "pyfunc", "busy", packed.tags()
        )

    with ThreadPoolExecutor(10) as pool:
        versions = list(pool.map(publish, range(10)))
    assert sorted(versions, key=int) == [str(n) for n in range(1, 11)]
    found = client.search_model_versions("name='busy'")
    assert len({version.source for version in found}) == 10
    np.testing.assert_array_equal(asked("models:/busy/10"), IDS[None])


def test_a_registry_that_is_not_there_is_one_sentence(model):
    address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ValueError, match="Connection refused") as error:
        register_model(model, "streets", address)
    assert str(error.value).startswith(f"MLflow at {address}: [Errno 111]")
