"""What was exported is found again, wherever it was exported to."""

import json

import pytest
from toy_saved_model import METADATA

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.export.artefacts.placing import note_export
from tf_advseg.export.artefacts.placing import saved_model_to_publish
from tf_advseg.export.client import read_class_table
from tf_advseg.settings.export import ExportSettings
from tf_advseg.settings.publish import PublishSettings


@pytest.fixture
def run(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    for name in ("config.json", "best.keras"):
        (run / name).write_text("{}")
    return run


def export(out, **of):
    (out / "saved_model").mkdir(parents=True)
    note_export(ExportSettings(out=str(out), **of), out, pytest.fail)


def found(run):
    return saved_model_to_publish(PublishSettings(run=str(run)))


def test_of_a_run_its_last_export_is_published(run, tmp_path):
    export(run / "export", run=str(run))
    assert found(run) == run / "export" / "saved_model"
    export(tmp_path / "elsewhere", run=str(run))
    assert found(run) == tmp_path / "elsewhere" / "saved_model"


def test_a_model_of_a_run_counts_as_its_export(run, tmp_path):
    export(tmp_path / "elsewhere", model=str(run / "best.keras"))
    assert found(run) == tmp_path / "elsewhere" / "saved_model"


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"folder": "gone"}'])
def test_a_note_of_no_use_is_as_none(run, note):
    (run / "exported_to.json").write_text(note)
    with pytest.raises(DataError, match="was not exported"):
        found(run)
    (run / "export" / "saved_model").mkdir(parents=True)
    assert found(run) == run / "export" / "saved_model"


@pytest.mark.parametrize("where", ["", "saved_model"])
def test_the_folder_of_an_export_stands_for_its_savedmodel(tmp_path, where):
    (tmp_path / "saved_model").mkdir()
    settings = PublishSettings(saved_model=str(tmp_path / where))
    assert saved_model_to_publish(settings) == tmp_path / "saved_model"


def test_a_run_that_cannot_be_written_is_told(run, tmp_path):
    (run / "exported_to.json").mkdir()
    told = []
    settings = ExportSettings(run=str(run))
    note_export(settings, tmp_path, told.append)
    assert f"--saved_model={tmp_path / 'saved_model'}" in told[0]


@pytest.mark.parametrize(
    "where",
    ["tf_advseg.json", "serving/tf_advseg.json"]
    + ["saved_model/assets.extra/tf_advseg.json"],
)
def test_the_client_finds_the_classes_in_an_export(tmp_path, where):
    path = tmp_path / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(METADATA))
    assert list(read_class_table(tmp_path).names) == METADATA["classes"]


def test_a_changed_byte_of_an_export_is_not_published(run):
    saved_model = run / "export" / "saved_model"
    saved_model.mkdir(parents=True)
    (saved_model / "saved_model.pb").write_bytes(b"graph")
    checksums.record(saved_model)
    assert found(run) == saved_model
    (saved_model / "saved_model.pb").write_bytes(b"grapH")
    with pytest.raises(DataError, match=r"saved_model\.pb' was changed since"):
        found(run)
