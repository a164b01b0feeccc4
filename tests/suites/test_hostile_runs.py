"""Checkpoints, weights and reports of runs that somebody damaged or forged.

As `test_hostile_models.py`: a sentence each, no traceback, nothing that takes
longer than ten seconds or 500 MB more memory; and a page that runs nothing.
"""

import html.parser
import json
import random
import shutil

import hostile_bytes
import keras
import numpy as np
import official_checkpoints as official
import pytest
import toy_report
import toy_runs
from hostile_bytes import sentence_of
from hostile_bytes import worse
from hostile_bytes import worse_json
from toy_training import batches
from toy_training import compiled

from tf_advseg.base.files import state_files
from tf_advseg.base.process.launch import USER_ERRORS
from tf_advseg.commands import report as report_command
from tf_advseg.conversion import from_torch
from tf_advseg.conversion.network import Options
from tf_advseg.networks.weights.array_file import write_safetensors
from tf_advseg.reporting.page.page import render
from tf_advseg.settings.report import ReportSettings
from tf_advseg.training.callbacks import checkpoints
from tf_advseg.training.loop import train

pytestmark = pytest.mark.slow
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    SCRIPT,
    "\"><img src=x onerror='alert(1)'>",
    "javascript:alert(1)",
    "</style></svg><iframe src=//evil>",
    "{{ 7 * 7 }}",
    "\u202e\x00\x1b[31m",
    "x" * 3000,
)


@pytest.fixture(autouse=True)
def memory():
    before = hostile_bytes.peak_megabytes()
    yield
    after = hostile_bytes.peak_megabytes()
    assert after - before < hostile_bytes.MEGABYTES


def test_200_checkpoints(tmp_path):
    """Half of them under a manifest that says that all is as it should be."""
    chance = random.Random(3)
    model = compiled()
    train(model, batches(), steps=1)
    checkpoints.save_state(model, tmp_path / "whole", 1)
    told = 0
    for index in range(200):
        folder = tmp_path / str(index)
        shutil.copytree(tmp_path / "whole", folder)
        (state,) = state_files.StateFiles(folder).states()
        manifest = state.path / state_files.MANIFEST_FILE
        path = chance.choice(sorted(state.path.iterdir()))
        if path == manifest and index % 4:
            text = worse_json(json.loads(path.read_text()), chance)
            path.write_text(text)
        else:
            path.write_bytes(worse(path.read_bytes(), chance))
        if index % 2 and path != manifest:
            manifest.unlink()
            state_files._seal(state.path, 1)

        def restore(folder=folder):
            lines = []
            checkpoints.restore_newest(model, folder, tell=lines.append)

        told += sentence_of(restore, USER_ERRORS) is not None
        shutil.rmtree(folder)
    assert told > 150


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"files": {"/dev/zero": {"bytes": 0, "sha256": ""}}}',
        '{"files": {"../../x": {"bytes": 0, "sha256": ""}}}',
        '{"files": {}}',
        "\udcff",
    ],
)
def test_a_forged_manifest_is_a_sentence(tmp_path, text):
    model = compiled()
    checkpoints.save_state(model, tmp_path, 1)
    (state,) = state_files.StateFiles(tmp_path).states()
    manifest = state.path / state_files.MANIFEST_FILE
    manifest.write_bytes(text.encode(errors="surrogateescape"))
    for path in state.path.iterdir():
        if path != manifest:
            path.write_bytes(b"")

    def restore():
        checkpoints.restore_newest(model, tmp_path, tell=lambda _: None)

    assert sentence_of(restore, USER_ERRORS)


def test_200_safetensors(tmp_path):
    chance = random.Random(4)
    whole = tmp_path / "whole.safetensors"
    arrays = official.discriminator(3, numbered=True)
    small = {name: array[:2] for name, array in arrays.items()}
    write_safetensors(small, whole, {"format": "pt"})
    data, refused = whole.read_bytes(), 0
    length = int.from_bytes(data[:8], "little")
    header, body = data[8 : 8 + length], data[8 + length :]
    for index in range(200):
        path = tmp_path / f"{index}.safetensors"
        if index % 4 == 0:
            path.write_bytes(worse(data, chance))
        elif index % 4 == 1:
            head = worse(header, chance)
            path.write_bytes(len(head).to_bytes(8, "little") + head + body)
        else:
            head = worse_json(json.loads(header), chance).encode()
            path.write_bytes(len(head).to_bytes(8, "little") + head + body)

        def convert(path=path):
            out = tmp_path / "out.keras"
            from_torch.convert(path, out, Options())

        text = sentence_of(convert, USER_ERRORS)
        assert text and path.name in text, text
        refused += 1
        path.unlink()
        # Networks go in circles; to look for them each time takes minutes
        # where many tests ran before.
        if index % 25 == 24:
            keras.utils.clear_session()
    assert refused == 200
    assert not (tmp_path / "out.keras").exists()


class _Page(html.parser.HTMLParser):
    """What a browser would run, or fetch, of a page."""

    def __init__(self):
        super().__init__()
        self.scripts, self.found = 0, []

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        if tag in ("iframe", "object", "embed", "base", "form"):
            self.found.append(tag)
        for name, value in attrs:
            value = (value or "").strip().lower()
            if name.startswith("on") or value.startswith("javascript:"):
                self.found.append((tag, name, value))
            if name == "src" and not value.startswith("data:image/"):
                self.found.append((tag, name, value))


def check_page(text, scripts):
    page = _Page()
    page.feed(text)
    assert page.found == []
    assert page.scripts == scripts
    for hostile in HOSTILE[:2]:
        assert hostile not in text


def hostile_values(value, chance):
    """A value of JSON with some of its texts and numbers made hostile."""
    if isinstance(value, dict):
        return {
            _hostile_text(key, chance): hostile_values(one, chance)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [hostile_values(one, chance) for one in value]
    if isinstance(value, str):
        return _hostile_text(value, chance)
    if isinstance(value, int | float) and chance.random() < 0.2:
        return chance.choice([*hostile_bytes.VALUES, -(10**400), float("inf")])
    return value


def _hostile_text(text, chance):
    return chance.choice(HOSTILE) if chance.random() < 0.15 else text


def _facts():
    """What a run's folder may hold, sound."""
    names = ["red", "green", "blue"]
    per_class = dict.fromkeys(names, 0.5)
    return {
        "metrics.json": {
            **{"domain": "d", "split": "val", "size": [16, 32], "miou": 0.5},
            **{"iou": per_class, "accuracy": 0.5, "num_images": 1},
            **{
                "faults": {"a": "b"},
                "confusion": np.eye(3, dtype=int).tolist(),
            },
        },
        "alarms.json": {"alarms": [{"step": 1, "name": "a", "text": "b"}]},
        "data.json": {"source": {"id": "a" * 16}, "target": {"id": "b" * 16}},
        "selection.json": {
            **{"chosen": "last.keras", "chosen_by": "fused", "regret": 0.5},
            "last_regret": 1.5,
            "scores": {"red": {"title": "t", "better": "b", "paper": "p"}},
            "candidates": [
                {
                    **{"file": "last.keras", "step": 1, "scores": per_class},
                    **{"weights": "raw", "fused": 0.5, "miou": 0.5},
                    "is_dropped": False,
                }
            ],
        },
        "environment.json": {
            **{"tf_advseg": "1", "command": ["train", "--x=1"]},
            "devices": ["CPU"],
        },
        "export/gate.json": {
            "images": {"domain": "d", "split": "val", "num_images": 2},
            "artefacts": [{"name": "m", "agreement": 99.5, "passed": True}],
        },
    }


def test_100_reports_of_runs_with_hostile_texts_and_numbers(tmp_path):
    chance = random.Random(5)
    source = toy_runs.write_domain(tmp_path / "source", num_images=1)
    run = toy_runs.write_run(tmp_path / "run", "advent", source, source)
    (run / "export").mkdir()
    (run / "last.keras").unlink()
    shutil.rmtree(source)
    config = json.loads((run / "config.json").read_text())
    scripts = _scripts_of_a_page()
    written = 0
    for _ in range(100):
        (run / "report.html").unlink(missing_ok=True)
        for name, value in _facts().items():
            text = json.dumps(hostile_values(value, chance))
            if chance.random() < 0.2:
                text = worse_json(value, chance)
            (run / name).write_text(text)
        settings = dict(config)
        if chance.random() < 0.5:
            name = chance.choice(["method", "source", "backbone", "decoder"])
            settings[name] = chance.choice([*HOSTILE, None, 5, 0.5, ["a"], {}])
        (run / "config.json").write_text(json.dumps(settings))
        rows = [
            f"{chance.choice([1, -1, 10**30, 'x'])},"
            f"{chance.choice(['loss', 'health/a', HOSTILE[0], HOSTILE[1]])},"
            f"{chance.choice([0.5, 'nan', 'inf', '1e400', '', SCRIPT])}"
            for _ in range(chance.randrange(6))
        ]
        text = "\n".join(["step,name,value", *rows]) + "\n"
        (run / "metrics.csv").write_text(text)

        def report():
            report_command.run(
                [str(run)],
                ReportSettings(draws=100, shown=0),
                lambda _: None,
                lambda _: None,
            )

        if sentence_of(report, USER_ERRORS) is None:
            written += 1
            check_page((run / "report.html").read_text(), scripts)
        else:
            assert not (run / "report.html").exists()
    assert written > 20


def _scripts_of_a_page():
    """How many scripts of its own a page has."""
    page = _Page()
    page.feed(render(toy_report.report()))
    return page.scripts
