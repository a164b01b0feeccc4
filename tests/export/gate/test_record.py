"""What the gate has not let through is published only on purpose."""

import json
import shutil

import pytest
from toy_saved_model import write_toy_saved_model

from tf_advseg.base.checks import DataError
from tf_advseg.commands import publish as publish_command
from tf_advseg.export.gate.record import check_passed
from tf_advseg.export.gate.record import write_record
from tf_advseg.settings.publish import PublishSettings


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return write_toy_saved_model(tmp_path_factory.mktemp("toy") / "saved_model")


@pytest.fixture
def saved_model(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "export" / "saved_model")


def gate_json(saved_model, **entry):
    text = json.dumps({"artefacts": [{"name": "saved_model", **entry}]})
    (saved_model.parent / "gate.json").write_text(text)


def test_what_passed_is_published_wherever_it_was_copied(saved_model, tmp_path):
    write_record(saved_model, {"agreement": 100.0})
    check_passed(saved_model)
    check_passed(shutil.copytree(saved_model, tmp_path / "copy"))


def test_what_passed_before_there_were_records_is_published(saved_model):
    gate_json(saved_model, kept=True, passed=True)
    check_passed(saved_model)


@pytest.mark.parametrize("gate", [None, "", "[]", '{"artefacts": [1]}'])
def test_what_was_never_looked_at_is_refused(saved_model, gate):
    if gate is not None:
        (saved_model.parent / "gate.json").write_text(gate)
    with pytest.raises(DataError, match="never held against Keras"):
        check_passed(saved_model)
    # Not even where an earlier one of that name had passed.
    gate_json(saved_model, kept=True, passed=True)
    write_record(saved_model, None)
    with pytest.raises(DataError, match="never held against Keras"):
        check_passed(saved_model)


def test_what_lies_there_since_the_new_one_was_refused_is_refused(saved_model):
    write_record(saved_model, {"agreement": 100.0})
    gate_json(saved_model, kept=True, passed=False)
    with pytest.raises(DataError, match="last export refused"):
        check_passed(saved_model)


@pytest.mark.parametrize("platform", ["tf_serving", "modelarts"])
def test_the_command_asks_for_a_flag(saved_model, tmp_path, platform):
    settings = {
        "saved_model": str(saved_model),
        "platform": platform,
        "out": str(tmp_path / "out"),
        "warmup": False,
    }
    with pytest.raises(DataError, match="--ungated"):
        publish_command.run(PublishSettings(**settings), print)
    assert not (tmp_path / "out").exists()
    settings = PublishSettings(**settings, ungated=True)
    assert publish_command.run(settings, print) == 0
