"""A model tells where it comes from, alone and in its run."""

import json
import zipfile

import pytest
import toy_folders

from tf_advseg.base.files import checksums
from tf_advseg.runs.overview.lineage import changed
from tf_advseg.runs.overview.lineage import lineage
from tf_advseg.runs.overview.lineage_text import lineage_text

GRANDPARENT = {"path": "runs/first", "method": "source_only", "step": 300}
PARENT = {
    "path": "runs/second",
    "method": "advent",
    "step": 400,
    "started_from": GRANDPARENT,
}
FACTS = {
    "method": "intrada",
    "step": 600,
    "backbone": "tiny",
    "chosen_by": "last step",
    "tf_advseg_version": "0.1.0",
    "data": {"format": 1, "source": {"id": "aa"}, "eval": None},
    "started_from": PARENT,
}


def pack(path, facts):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tf_advseg.json", json.dumps(facts))
    checksums.record(path)


@pytest.fixture
def run(tmp_path):
    run = toy_folders.finished(tmp_path / "run", start="runs/second")
    for name in ("best.keras", "last.keras"):
        pack(run / name, FACTS | {"name": name})
    return run


@pytest.fixture
def exported(run):
    saved_model = run / "export/saved_model"
    digest = checksums.file_sha256(run / "best.keras")
    toy_folders.write(
        saved_model / "assets.extra/tf_advseg.json",
        {"models": [{"sha256": digest}]},
    )
    checksums.record(saved_model)
    pack(run / "export/model.tflite", {"models": [{"sha256": "12" * 32}]})
    artefacts = [
        {
            "name": "saved_model",
            "kept": True,
            "passed": True,
            "agreement": 99.5,
        },
        {"name": "model.tflite", "kept": False, "passed": True},
        {"name": "model.tflite", "kept": True, "passed": False},
    ]
    toy_folders.write(run / "export/gate.json", {"artefacts": artefacts})
    return run / "export"


def test_a_run_tells_of_its_models_data_and_version(run):
    text = lineage_text(lineage(run))
    digest = checksums.file_sha256(run / "best.keras")
    for part in (
        f"{run / 'best.keras'}\n  sha256    {digest}\n  file      as written",
        "  made by   intrada, step 600, chosen by last step",
        "  state     finished, step 600/600",
        f"  settings  {run / 'config.json'}",
        "  data      source aa, target bb, eval cc",
        "  package   tf_advseg 0.1.0, commit 0123456789ab",
        "  start     runs/second",
    ):
        assert part in text, part


def test_parents_come_one_after_the_other(run):
    model = lineage(run)["models"][0]
    assert [parent["path"] for parent in model["parents"]] == [
        "runs/second",
        "runs/first",
    ]
    text = lineage_text(lineage(run))
    assert "  parent    runs/second: advent, step 400" in text


def test_a_copied_model_alone_still_knows_its_parents(run, tmp_path):
    alone = tmp_path / "alone.keras"
    alone.write_bytes((run / "best.keras").read_bytes())
    found = lineage(alone)
    (model,) = found["models"]
    assert (found["run"], found["exports"]) == (None, [])
    assert model["file_is"] == "not recorded"
    assert model["data"] == {"source": "aa"}
    assert len(model["parents"]) == 2
    assert not changed(found)


def test_exports_have_the_gates_verdict_and_their_own_model(run, exported):
    text = lineage_text(lineage(run))
    saved_model = f"{exported / 'saved_model'}\n  file      as written\n"
    assert saved_model + "  gate      passed, 99.500 % of pixels as" in text
    assert f"  made of   {run / 'best.keras'}" in text
    assert "  gate      refused, an older one lies" in text
    assert "  made of   another model, 121212121212" in text


def test_exports_elsewhere_are_found(run, tmp_path):
    toy_folders.write(tmp_path / "out/model.onnx", b"x")
    note = {"folder": str(tmp_path / "out")}
    toy_folders.write(run / "exported_to.json", note)
    (artefact,) = lineage(run)["exports"]
    assert artefact["file"].endswith("out/model.onnx")
    assert artefact["gate"] == "not looked at"


@pytest.mark.parametrize(
    "name",
    ["best.keras", "export/saved_model/assets.extra/tf_advseg.json"],
)
def test_a_changed_byte_is_found_and_named(run, exported, name):
    assert not changed(lineage(run))
    data = bytearray((run / name).read_bytes())
    data[-1] ^= 1
    (run / name).write_bytes(data)
    found = lineage(run)
    assert changed(found)
    assert f"CHANGED: {str(run / name)!r} was changed" in lineage_text(found)


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 100])
def test_a_damaged_model_is_said_and_the_rest_is_told(run, data):
    (run / "best.keras").write_bytes(data)
    checksums.forget(run / "best.keras")
    text = lineage_text(lineage(run))
    assert "  metadata  cannot be read" in text
    assert "  made by   intrada" in text


@pytest.mark.parametrize("value", [7, [1], "x", {"path": 1}])
def test_odd_metadata_are_no_fault(run, value):
    pack(run / "best.keras", {"started_from": value, "data": value})
    assert lineage_text(lineage(run))


def test_what_is_no_model_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "no.keras"):
        with pytest.raises(ValueError, match="is neither a"):
            lineage(path)


def test_facts_are_json(run, exported):
    assert json.loads(json.dumps(lineage(run), allow_nan=False))
