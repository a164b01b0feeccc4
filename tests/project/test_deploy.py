"""What can be known of deploy/ without a cluster."""

import dataclasses
import importlib.util
import json
import os
import re
import subprocess
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from places import ROOT

from tf_advseg.settings.parts import multi_worker as multi_worker_settings
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.distributed.cluster import read_cluster
from tf_advseg.training.distributed.strategies import check_batch_size

DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def load_slurm_tf_config():
    path = DEPLOY / "slurm_tf_config.py"
    spec = importlib.util.spec_from_file_location("slurm_tf_config", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.tf_config


def settings_of(flags):
    """The settings that flags stand for; fails on one that does not exist."""
    types = {f.name: type(f.default) for f in dataclasses.fields(TrainSettings)}
    values = {}
    for flag in flags:
        name, _, value = flag.removeprefix("--").partition("=")
        values[name] = types[name](value) if value else True
    return TrainSettings(**values)


class TestKubernetes:
    @pytest.fixture
    def job(self):
        text = (DEPLOY / "tfjob.yaml").read_text()
        return {d["kind"]: d for d in yaml.safe_load_all(text)}

    @pytest.fixture
    def worker(self, job):
        assert job["TFJob"]["apiVersion"] == "kubeflow.org/v1"
        return job["TFJob"]["spec"]["tfReplicaSpecs"]["Worker"]

    def test_its_flags_are_those_of_a_run_that_several_workers_can_make(
        self, worker
    ):
        (container,) = worker["template"]["spec"]["containers"]
        assert container["name"] == "tensorflow"
        module, command, *flags = container["args"]
        assert (module, command) == ("tf_advseg", "train")
        settings = settings_of(flags)
        multi_worker_settings.check(settings)
        assert settings.strategy == "multi_worker"
        assert settings.resume
        gpus = int(container["resources"]["limits"]["nvidia.com/gpu"])
        check_batch_size(settings.batch_size, worker["replicas"] * gpus)

    def test_the_run_lies_on_storage_that_all_workers_share(self, job, worker):
        claim = job["PersistentVolumeClaim"]
        assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
        pod = worker["template"]["spec"]
        claims = {
            volume["name"]: volume["persistentVolumeClaim"]["claimName"]
            for volume in pod["volumes"]
        }
        mounts = {
            mount["mountPath"]: claims[mount["name"]]
            for mount in pod["containers"][0]["volumeMounts"]
        }
        assert mounts["/runs"] == claim["metadata"]["name"]
        assert pod["securityContext"]["runAsNonRoot"] is True

    def test_a_lost_worker_is_started_again(self, worker):
        """ExitCode would take our status 7 for an error that stays."""
        assert worker["restartPolicy"] == "OnFailure"


class TestSlurm:
    def test_the_index_is_that_of_the_task(self):
        variables = {"SLURM_NTASKS": "3", "SLURM_JOB_ID": "41234"}
        for index in range(3):
            text = load_slurm_tf_config()(
                variables | {"SLURM_PROCID": str(index)}, ["n1", "n2", "n3"]
            )
            cluster = read_cluster({"TF_CONFIG": text})
            assert cluster.addresses == ("n1:21234", "n2:21234", "n3:21234")
            assert cluster.index == index

    def test_what_it_cannot_use_is_said(self):
        tf_config = load_slurm_tf_config()
        with pytest.raises(ValueError, match="SLURM_PROCID, SLURM_JOB_ID is"):
            tf_config({"SLURM_NTASKS": "1"}, ["n1"])
        two = {"SLURM_NTASKS": "2", "SLURM_PROCID": "0", "SLURM_JOB_ID": "1"}
        with pytest.raises(ValueError, match="2 tasks on 1 machines"):
            tf_config(two, ["n1"])

    @pytest.mark.parametrize(
        ("status", "restarts", "requeued"),
        [(0, 0, False), (1, 0, False), (7, 0, True), (137, 3, True)]
        + [(7, 20, False)],
    )
    def test_the_script_starts_training_and_requeues_lost_workers(
        self, status, restarts, requeued, tmp_path
    ):
        """With stand-ins for SLURM's commands and for Python's `-m`."""
        seen, queue = tmp_path / "seen", tmp_path / "queue"
        stand_ins = {
            "scontrol": 'if [ "$1" = show ]; then echo n1; echo n2; '
            f'else echo "$@" > {queue}; fi',
            "srun": 'shift; SLURM_PROCID=1 exec "$@"',
            "python": f'if [ "$1" != -m ]; then exec python3 "$@"; fi; '
            f'echo "$TF_CONFIG" > {seen}; printf "%s\\n" "$@" >> {seen}; '
            f"exit {status}",
        }
        for name, body in stand_ins.items():
            path = tmp_path / name
            path.write_text(f"#!/bin/bash\n{body}\n")
            path.chmod(0o755)
        done = subprocess.run(
            ["bash", DEPLOY / "train.slurm", "--method=advent", "--seed=3"],
            cwd=ROOT,
            env={
                "PATH": f"{tmp_path}:{os.environ['PATH']}",
                "RUN": "/shared/run",
                "SLURM_JOB_NODELIST": "n[1-2]",
                "SLURM_NTASKS": "2",
                "SLURM_JOB_ID": "5",
                "SLURM_RESTART_COUNT": str(restarts),
            },
            check=False,
        )
        assert done.returncode == status
        config, dash_m, module, command, *flags = seen.read_text().splitlines()
        assert json.loads(config) == {
            "cluster": {"worker": ["n1:20005", "n2:20005"]},
            "task": {"type": "worker", "index": 1},
        }
        assert (dash_m, module) == ("-m", "tf_advseg")
        assert command == "train"
        settings = settings_of(flags)
        multi_worker_settings.check(settings)
        assert (settings.run, settings.seed) == ("/shared/run", 3)
        assert queue.exists() == requeued


class TestImages:
    @pytest.fixture
    def lines(self):
        text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
        return [line.split() for line in text.splitlines() if line]

    def test_python_is_one_that_the_package_supports(self, lines):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        supported = SpecifierSet(project["project"]["requires-python"])
        bases = [line[1] for line in lines if line[0] == "FROM"]
        assert bases == ["python:3.12-slim", "cpu"]
        version = re.fullmatch(r"python:([\d.]+)-slim", bases[0])[1]
        assert f"{version}.0" in supported

    def test_packages_are_pinned_by_hash_and_nothing_runs_as_root(self, lines):
        installs = [line for line in lines if "install" in line]
        locked = [line for line in installs if "--require-hashes" in line]
        assert len(installs) - len(locked) == 1  # The package itself.
        assert all("--no-deps" in line for line in installs)
        users = [line[1] for line in lines if line[0] == "USER"]
        assert users == ["advseg", "root", "advseg"]

    def test_what_is_copied_is_there_and_is_sent_to_the_builder(self, lines):
        ignored = (DEPLOY / "Dockerfile.dockerignore").read_text()
        for line in lines:
            if line[0] == "COPY":
                for source in line[1:-1]:
                    assert (ROOT / source).exists(), source
                    assert f"!{source}\n" in ignored, source

    def test_the_lock_of_the_gpu_image_is_what_tensorflow_asks_for(self):
        text = (DEPLOY / "nvidia.lock").read_text()
        pinned = dict(PINNED.findall(text))
        assert text.count("--hash=sha256:") >= len(pinned)
        wanted = [
            requirement
            for requirement in map(Requirement, metadata.requires("tensorflow"))
            if requirement.name.startswith("nvidia-")
        ]
        assert {requirement.name for requirement in wanted} == set(pinned)
        for requirement in wanted:
            assert pinned[requirement.name] in requirement.specifier
        locked = dict(PINNED.findall((ROOT / "requirements.lock").read_text()))
        assert locked["tensorflow"] == metadata.version("tensorflow")


class TestToolImage:
    """deploy/tool; .ci/check_image takes its steps."""

    @pytest.fixture
    def lines(self):
        text = (DEPLOY / "tool/Dockerfile").read_text().replace("\\\n", " ")
        found = [line.split() for line in text.splitlines() if line]
        return [line for line in found if line[0] != "#"]

    def test_its_stages_begin_with_a_python_that_the_package_supports(
        self, lines
    ):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        supported = SpecifierSet(project["project"]["requires-python"])
        bases = [line[1] for line in lines if line[0] == "FROM"]
        assert bases == ["python:3.12-slim", "packages", "packages"]
        version = re.fullmatch(r"python:([\d.]+)-slim", bases[0])[1]
        assert f"{version}.0" in supported

    def test_the_command_is_all_it_does_and_not_as_root(self, lines):
        assert lines[-3:] == [
            ["USER", "advseg"],
            ["ENTRYPOINT", '["tf_advseg"]'],
            ["CMD", '["--help"]'],
        ]

    def test_every_package_is_installed_by_its_hash_or_is_ours(self, lines):
        script = (DEPLOY / "tool/install").read_text()
        installs = re.findall(r"pip (?:install|wheel) (.*)", script)
        assert len(installs) == 3
        assert all("--no-deps" in install for install in installs)
        packages, wheel, tool = installs
        assert "--require-hashes -r runtime.lock" in packages
        assert "--no-build-isolation" in wheel
        assert "--no-index" in tool
        runs = [line for line in lines if line[0] == "RUN"]
        steps = [line[line.index("./install") :] for line in runs[:3]]
        assert steps == [
            ["./install", "packages"],
            ["./install", "wheel", "wheels"],
            ["./install", "tool", "wheels"],
        ]

    def test_what_is_copied_is_there_and_is_sent_to_the_builder(self, lines):
        ignored = (DEPLOY / "tool/Dockerfile.dockerignore").read_text()
        sources = [
            source
            for line in lines
            if line[0] == "COPY"
            for source in line[1:-1]
        ]
        assert len(sources) == 9
        for source in sources:
            assert (ROOT / source).exists(), source
            assert f"!{source}\n" in ignored, source

    def test_its_lock_is_the_part_of_the_lock_that_the_tool_needs(self):
        text = (DEPLOY / "tool/runtime.lock").read_text()
        pinned = set(PINNED.findall(text))
        locked = set(PINNED.findall((ROOT / "requirements.lock").read_text()))
        assert pinned <= locked
        assert text.count("--hash=sha256:") >= len(pinned)
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        wanted = project["project"]["dependencies"]
        wanted += project["project"]["optional-dependencies"]["imagenet"]
        versions = dict(pinned)
        for requirement in map(Requirement, wanted):
            assert versions[requirement.name] in requirement.specifier
        assert "pytest" not in versions
