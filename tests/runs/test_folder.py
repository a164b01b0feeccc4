"""Run folders from before are read as they were meant."""

import json

import pytest

from tf_advseg.runs import folder
from tf_advseg.runs import recorded_settings
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings


@pytest.mark.parametrize(
    ("recorded", "decoder"),
    [
        ({}, "deeplab_v2"),
        ({"aspp_branches": 4}, "deeplab_v2"),
        ({"aspp_branches": 2}, "deeplab_v2(aspp_branches=2)"),
        ({"decoder": "fpn(channels=32)"}, "fpn(channels=32)"),
    ],
)
def test_a_run_from_before_there_were_decoders_had_deeplab_v2(
    recorded, decoder, tmp_path
):
    (tmp_path / "config.json").write_text(json.dumps(recorded))
    assert folder.read_settings(tmp_path).decoder == decoder
    assert recorded_settings.decisive_settings(recorded)["decoder"] == decoder


def test_such_a_run_is_resumed_with_its_own_branches_only(tmp_path):
    run = folder.RunFolder(tmp_path)
    recorded = json.dumps({"aspp_branches": 2, "steps": 7})
    (tmp_path / "config.json").write_text(recorded)
    settings = PLAIN | {"steps": 7, "resume": True}
    with pytest.raises(ValueError, match=r"deeplab_v2\(aspp"):
        run.prepare(TrainSettings(**settings))
    settings["decoder"] = "deeplab_v2(aspp_branches=2)"
    run.prepare(TrainSettings(**settings))


def test_a_run_from_before_the_recipe_had_none_of_it(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    assert folder.read_settings(tmp_path) == TrainSettings(**PLAIN)
    assert recorded_settings.decisive_settings({})["clip_norm"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[]",
        "\xff",
        '{"steps": []}',
        '{"seed": {}, "batch_size": "many"}',
        '{"target_size": 7}',
        '{"method": []}',
    ],
)
def test_settings_that_no_run_can_have_are_one_sentence(tmp_path, text):
    (tmp_path / "config.json").write_bytes(text.encode("latin1"))
    with pytest.raises(ValueError, match=r"config\.json'") as caught:
        folder.read_settings(tmp_path)
    assert len(str(caught.value)) < 500


def test_a_damaged_file_of_settings_cannot_be_resumed(tmp_path):
    (tmp_path / "config.json").write_text("{")
    settings = TrainSettings(**PLAIN | {"resume": True})
    with pytest.raises(ValueError, match=r"config\.json' is damaged"):
        folder.RunFolder(tmp_path).prepare(settings)
