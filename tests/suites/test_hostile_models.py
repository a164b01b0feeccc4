"""Models, artefacts and run folders that somebody damaged: a sentence each.

No traceback, nothing that takes longer than ten seconds, no more than 500 MB
more memory. What is still whole is read.
"""

import json
import random
import shutil
import zipfile

import hostile_bytes
import numpy as np
import pytest
import toy_artefact
import toy_runs
import toy_segmenter
from hostile_bytes import sentence_of
from hostile_bytes import worse
from hostile_bytes import worse_json

from tf_advseg.base.process.launch import USER_ERRORS
from tf_advseg.conversion import to_safetensors
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.edge.images.frames import Frame
from tf_advseg.export.edge.images.tiling import predict_whole
from tf_advseg.export.edge.network import Network
from tf_advseg.export.edge.run import Run
from tf_advseg.export.edge.watching.drift import DriftMonitor
from tf_advseg.export.edge.writing import PredictionWriter
from tf_advseg.export.packages import evaluation_metrics
from tf_advseg.networks import model_file
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.reporting.run_record import read_run
from tf_advseg.runs.folder import read_settings
from tf_advseg.selection.score_book import ScoreBook

pytestmark = pytest.mark.slow
IMAGE = np.random.default_rng(0).integers(0, 256, (16, 32, 3), np.uint8)


@pytest.fixture(autouse=True)
def memory():
    before = hostile_bytes.peak_megabytes()
    yield
    after = hostile_bytes.peak_megabytes()
    assert after - before < hostile_bytes.MEGABYTES


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def worse_member(files, chance):
    """One member damaged, under a checksum that is right."""
    name = chance.choice(sorted(files))
    data = files[name]
    if name.endswith(".json") and chance.random() < 0.7:
        data = worse_json(json.loads(data), chance)
    else:
        data = worse(data, chance)
    return {**files, name: data}


def test_200_keras_files(tmp_path):
    chance = random.Random(0)
    whole = toy_segmenter.save_colour_segmenter(tmp_path / "whole.keras")
    files, refused = members(whole), 0
    for index in range(200):
        path = tmp_path / f"{index}.keras"
        if index % 4 == 0:
            path.write_bytes(worse(whole.read_bytes(), chance))
        else:
            zipped(path, worse_member(files, chance))

        def predict(path=path):
            ensemble = load_ensemble([path]).ensemble
            ensemble.predict_classes(IMAGE[None], (16, 32))

        def convert(path=path):
            to_safetensors.export(path, tmp_path / "out.safetensors")

        for read in (predict, convert):
            text = sentence_of(read, USER_ERRORS)
            assert text is None or path.name in text, text
            refused += text is not None
        path.unlink()
    # What is converted has to be a network of the papers: none is.
    assert 300 < refused < 400


def test_200_metadata_of_tflite_files(tmp_path):
    chance = random.Random(1)
    network = toy_artefact.toy_network((16, 32))
    good = toy_artefact.toy_metadata((16, 32))
    whole = toy_artefact.write_toy_artefact(tmp_path / "whole.tflite")
    refused = 0
    for index in range(200):
        path = tmp_path / f"{index}.tflite"
        path.write_bytes(network)
        if index % 4 == 0:
            tail = whole.read_bytes()[len(network) :]
            path.write_bytes(network + worse(tail, chance))
        else:
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("tf_advseg.json", worse_json(good, chance))

        def predict(path=path):
            artefact = read_artefact(path)
            json.dumps(artefact.metadata)
            lines = []
            monitor = artefact.reference and DriftMonitor(
                artefact.classes, artefact.reference, 1, 0.2
            )
            run = Run(
                lambda image: predict_whole(
                    Network(artefact, 1).predict, image, artefact.size
                ),
                lines.append,
                PredictionWriter(tmp_path / "o", ["ids", "overlay"], artefact),
                monitor or None,
            )
            run.process([Frame("a", IMAGE)])

        text = sentence_of(predict, (EdgeError, OSError))
        refused += text is not None
        path.unlink()
    assert 50 < refused < 200


def _read_all(folder):
    """What the report reads; it goes on without what is damaged."""
    problems = read_run(folder).problems
    if problems:
        raise ValueError("\n".join(problems))


def test_200_run_folders(tmp_path):
    chance = random.Random(2)
    domain = toy_runs.write_domain(tmp_path / "domain", num_images=1)
    run = toy_runs.write_run(tmp_path / "run", "advent", domain, domain)
    files = {
        "data.json": {"source": {"id": "a" * 16}, "target": {"id": "b" * 16}},
        "alarms.json": {"alarms": [{"step": 1, "name": "a", "text": "b"}]},
        "metrics.json": {
            **{"domain": "d", "split": "val", "size": [16, 32], "miou": 0.5},
            "iou": {"red": 0.5, "green": None, "blue": 1.0},
            **{"accuracy": 0.5, "num_images": 1, "faults": {}},
            "confusion": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        },
        "selection.json": {"chosen": "last.keras", "chosen_by": "fused"},
        "finished.json": {"step": 1},
        "snapshots/scores.json": {
            "conditions": {},
            "scores": {"a.keras": {"entropy": 0.5, "fused": None}},
        },
    }
    (run / "snapshots").mkdir()
    for name, value in files.items():
        (run / name).write_text(json.dumps(value))
    (run / "metrics.csv").write_text(
        "step,name,value\n1,loss,0.5\n2,loss,0.4\n"
    )
    names = sorted(
        str(p.relative_to(run)) for p in run.rglob("*") if p.is_file()
    )
    told = 0
    for index in range(200):
        copy = tmp_path / f"copy{index}"
        shutil.copytree(run, copy)
        path = copy / chance.choice([n for n in names if n[-5:] != "keras"])
        if path.suffix == ".json" and chance.random() < 0.7:
            value = json.loads(path.read_text())
            path.write_text(worse_json(value, chance))
        else:
            path.write_bytes(worse(path.read_bytes(), chance))
        for read in (
            lambda c=copy: _read_all(c),
            lambda c=copy: read_settings(c),
            lambda c=copy: ScoreBook(c / "snapshots/scores.json", {}),
            lambda c=copy: evaluation_metrics(str(c)),
            lambda c=copy: model_file.load_segmenter(c),
        ):
            told += sentence_of(read, USER_ERRORS) is not None
        shutil.rmtree(copy)
    assert told > 50
