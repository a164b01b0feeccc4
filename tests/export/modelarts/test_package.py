"""The package for ModelArts: its contents and the check of them."""

import json
import shutil
import subprocess
import sys

import pytest
from toy_saved_model import write_toy_saved_model

from tf_advseg.base.checks import DataError
from tf_advseg.commands import publish as publish_command
from tf_advseg.export import modelarts
from tf_advseg.export.modelarts import validate
from tf_advseg.export.modelarts.config_rules import config_faults
from tf_advseg.export.modelarts.configuration import engine_config
from tf_advseg.export.modelarts.configuration import image_config
from tf_advseg.settings.publish import PublishSettings


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory):
    return write_toy_saved_model(tmp_path_factory.mktemp("toy") / "saved")


@pytest.fixture
def package(saved_model, tmp_path):
    return modelarts.write_package(saved_model, tmp_path / "package")


def test_the_package_has_the_documented_structure(package):
    """Page inference-modelarts-0055."""
    for name in (
        "saved_model.pb",
        "variables/variables.index",
        "config.json",
        "customize_service.py",
    ):
        assert (package / "model" / name).is_file(), name
    assert modelarts.find_faults(package) == []
    assert (package / "image/Dockerfile").is_file()


def test_a_folder_that_exists_is_not_touched(saved_model, package):
    (package / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="exists; choose another"):
        modelarts.write_package(saved_model, package)
    assert (package / "mine.txt").read_text() == "mine"


def test_a_failed_package_leaves_nothing(saved_model, tmp_path):
    # ModelArts has no such metric.
    with pytest.raises(DataError, match="'miou' is not one of"):
        modelarts.write_package(saved_model, tmp_path / "p", {"miou": 0.5})
    assert list(tmp_path.iterdir()) == []


def test_f1_follows_from_the_ious_of_the_classes_that_occur():
    metrics = modelarts.evaluation_metrics({"a": 1.0, "b": 1 / 3, "c": None})
    # F1 of IoU 1 is 1; of IoU 1/3 it is (2/3) / (4/3) = 1/2.
    assert metrics == {"f1": pytest.approx((1 + 0.5) / 2)}
    assert modelarts.evaluation_metrics({}, 0.9) == {"accuracy": 0.9}
    assert modelarts.evaluation_metrics({}) == {}


def _spoil_json(key, value):
    def spoil(package):
        path = package / "model/config.json"
        config = json.loads(path.read_text())
        config[key] = value
        path.write_text(json.dumps(config))

    return spoil


def _write(name, text):
    return lambda package: (package / name).write_text(text)


@pytest.mark.parametrize(
    "spoil, fault",
    [
        (lambda p: shutil.rmtree(p / "model"), "no folder model/"),
        (lambda p: (p / "model/config.json").unlink(), "one config.json"),
        (_write("model/variables/config.json", "{}"), "one config.json"),
        (_write("model/config.json", "["), "no JSON object"),
        (_write("model/config.json", "[]"), "no JSON object"),
        (lambda p: (p / "model/saved_model.pb").unlink(), "is missing"),
        (
            lambda p: (p / "model/customize_service.py").unlink(),
            "one customize_service.py",
        ),
        (_write("model/customize_service.py", "match x:\n"), "not Python"),
        (_write("model/customize_service.py", "x = 1\n"), "one class that"),
        (_spoil_json("model_algorithm", "1st"), "'model_algorithm' must"),
        (_spoil_json("model_algorithm", "a" * 37), "'model_algorithm' must"),
        (_spoil_json("model_algorithm", "a<b"), "'model_algorithm' must"),
        (_spoil_json("model_type", "Caffe2"), "'model_type' must"),
        (_spoil_json("modle_type", "x"), "unknown key 'modle_type'"),
        (_spoil_json("runtime", 3), "'runtime' must be a str"),
        (_spoil_json("metrics", {"miou": 0.4}), "metric 'miou'"),
        (_spoil_json("metrics", {"f1": "0.4"}), "metric 'f1'"),
        (_spoil_json("metrics", {"f1": 31.0}), "metric 'f1'"),
        (_spoil_json("apis", []), "at least one"),
        (_spoil_json("apis", [{"url": "/predict"}]), "with the url '/'"),
        (_spoil_json("apis", [{"url": "/"}]), "'Content-type' must"),
        (_spoil_json("apis", [{"request": 1}]), "must be an object"),
        (_spoil_json("health", {"url": "/health"}), "for containers only"),
        (_spoil_json("dependencies", ["numpy"]), "must be an object"),
        (_spoil_json("dependencies", [{"installer": "apt"}]), "'pip'"),
        (
            lambda p: (p / "model/link").symlink_to("saved_model.pb"),
            "symbolic link",
        ),
        (_write("image/Dockerfile", "EXPOSE 80\n"), "serve on 8080"),
    ],
)
def test_a_broken_rule_is_named(package, spoil, fault):
    spoil(package)
    assert any(fault in found for found in modelarts.find_faults(package))


def _dependency(**package):
    return [{"installer": "pip", "packages": [package]}]


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"health": {"url": "health"}}, "'url' must be a path"),
        (
            {"health": {"url": "/health", "protocol": "https"}},
            "only HTTP",
        ),
        (
            {"health": {"url": "/h", "timeout_seconds": "soon"}},
            "must be seconds",
        ),
        ({"health": {"url": "/h", "port": "80"}}, "unknown key 'port'"),
        ({"runtime": "python3.7"}, "no 'runtime'"),
        ({"apis": [{"url": "predict"}]}, "must start with '/'"),
    ],
)
def test_a_broken_rule_of_containers_is_named(change, fault):
    config = {**image_config({}, ""), **change}
    assert any(fault in found for found in config_faults(config))


@pytest.mark.parametrize(
    "package, fault",
    [
        ({"package_name": "numpy>1"}, "special characters"),
        ({"package_name": None}, "special characters"),
        ({"package_name": "a", "package_version": "1"}, "restraint"),
    ],
)
def test_a_broken_rule_of_dependencies_is_named(package, fault):
    config = {**engine_config({}), "dependencies": _dependency(**package)}
    assert any(fault in found for found in config_faults(config))


def test_a_container_without_a_health_check_is_refused():
    config = image_config({}, "swr.example/me/it:1")
    assert config_faults(config) == []
    del config["health"]
    assert config_faults(config) == ["a container needs 'health' (table 1)."]


def test_the_validator_is_a_command(package, capsys):
    assert validate.main([str(package)]) == 0
    assert "in order" in capsys.readouterr().out
    (package / "model/config.json").write_text("{}")
    assert validate.main([str(package)]) == 1
    assert "model_algorithm" in capsys.readouterr().out
    assert validate.main([]) == 2


def test_the_command_writes_the_package_of_a_run(saved_model, tmp_path):
    run, report = tmp_path / "run", []
    shutil.copytree(saved_model, run / "export/saved_model")
    metrics = {"iou": {"a": 0.5, "b": None}, "accuracy": 0.75}
    (run / "metrics.json").write_text(json.dumps(metrics))
    settings = PublishSettings(
        run=str(run),
        platform="modelarts",
        out=str(tmp_path / "ma"),
        ungated=True,
    )
    assert publish_command.run(settings, report.append) == 0
    assert report[0].startswith("Wrote the package")
    config = json.loads((tmp_path / "ma/model/config.json").read_text())
    # 2 * 0.5 / 1.5
    assert config["metrics"] == {"f1": pytest.approx(2 / 3), "accuracy": 0.75}


def test_an_unknown_platform_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'modelarts'"):
        PublishSettings(run="x", platform="modelart")


@pytest.mark.slow
def test_the_validator_runs_as_a_module(package):
    module = "tf_advseg.export.modelarts.validate"
    command = [sys.executable, "-m", module, str(package)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "The package is in order.",
    )


def test_the_container_has_every_file_of_its_server(package):
    image = package / "image"
    text = (image / "Dockerfile").read_text()
    for path in image.glob("*.py"):
        assert f"image/{path.name}" in text
    assert "ENV HOST=0.0.0.0" in text
