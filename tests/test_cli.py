"""The one door: what it says without TensorFlow, and how it refuses."""

import inspect
import os
import subprocess
import sys
from collections import defaultdict

import pytest

import tf_advseg
from tf_advseg import cli
from tf_advseg.base import flags
from tf_advseg.experiment import registry
from tf_advseg.settings.parts import finding
from tf_advseg.settings.train import TrainSettings

COMMANDS = sorted(cli.command_names())
WITHOUT_TENSORFLOW = (
    "import sys\n"
    "from tf_advseg import cli\n"
    "status = cli.main(sys.argv[1:])\n"
    "heavy = {'tensorflow', 'keras', 'numpy', 'PIL'} & set(sys.modules)\n"
    "assert not heavy, heavy\n"
    "sys.exit(status)"
)

NAMED = """
train evaluate predict select report export publish client browser check_data
manifest convert
"""
RECORDED = """
accumulate backbone batch_size cache_dir checkpoint_every classes
color_jitter compare crop decoder discriminator_learning_rate
discriminator_width ema_decay eval_every eval_split expect_data fda_beta
flip
head_factor health_every learning_rate log_every max_rollbacks max_scale
method min_scale momentum on_alarm optimizer patience precision
rare_class_temperature remat report resume rollback_factor run
schedule_steps seed select select_images select_source_images snapshots
source source_size source_split source_style source_style_share steps
steps_per_loop strategy target target_classes target_size target_split
target_weight_scale tensorboard tpu update_multiplicity weight_decay weights
"""


def door(*arguments):
    """Runs a command line that must do without TensorFlow."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_commands_are_there():
    assert set(NAMED.split()) <= set(COMMANDS)
    assert "parts" not in COMMANDS


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_the_overview_names_every_command_the_common_ones_first(flag, capsys):
    assert cli.main([flag]) == 0
    text = capsys.readouterr().out
    places = [text.index(f"\n  {name} ") for name in COMMANDS]
    assert min(places) == text.index("\n  train ")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help(command, flag, capsys):
    assert cli.main([command, "--what=ever", flag]) == 0
    text = capsys.readouterr().out
    module = cli.settings_module(command)
    assert module.__doc__ in text
    assert f"tf_advseg {command} " in module.__doc__
    assert "python -m tf_advseg" not in text
    for name in flags.flags_of(module.COMMAND.settings):
        assert f"--{name}=" in text or f"--[no]{name}\n" in text


def test_flags_are_in_groups_the_common_ones_first(capsys):
    assert cli.main(["train", "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    titles = [line for line in lines if line.endswith(":") and line[0] != " "]
    groups = titles[titles.index("Most used:") :]
    assert groups == [
        "Most used:",
        "Data:",
        "Samples:",
        "Network:",
        "Adversary:",
        "Schedule:",
        "Choice of the model:",
        "Health:",
        "Tracking:",
        "Devices and memory:",
        "Checkpoints and reports:",
    ]
    assert lines[lines.index("Most used:") + 1] == "  --method=TEXT"


def test_help_needs_no_tensorflow():
    for arguments in (["--help"], ["train", "--help"], ["--version"]):
        done = door(*arguments)
        assert (done.returncode, done.stderr) == (0, "")


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"tf_advseg {tf_advseg.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say what to do."),
        (["trian"], "There is no command 'trian'. Did you mean train?"),
        (["parts"], "There is no command 'parts'."),
        (["train", "--metod=advent"], "Did you mean --method?"),
        (["train", "method=advent"], "Did you mean --method=advent?"),
        (["train", "advent"], "'advent' is no flag: flags begin with --."),
        (["train", "--steps=0"], "--steps must be at least 1; received 0."),
        (["train", "--strategy=multi_worker"], "multi_worker needs --run"),
        (["predict", "--model=x", "--save=id"], "Did you mean 'ids'?"),
        (["train", "--preset=gta"], "Unknown preset 'gta'"),
        (["train", "--crop=12"], "--crop: Cannot read the size '12'"),
        (["train", "--method=advnt"], "Did you mean 'advent'?"),
        (["train", "--method=advent(x=y)"], "'x' in 'advent(x=y)' is no lit"),
        (["train", "--backbone=vgg19"], "Did you mean 'vgg16'?"),
        (["train", "--decoder=fnp"], "Did you mean 'fpn'?"),
        (
            ["train", "--aspp_branches=2"],
            "is called --decoder='deeplab_v2(aspp_branches=2)' now.",
        ),
        (["train", "--compare=minnet"], "Did you mean 'minent'?"),
        (["train", "--source=no/where"], "The folder 'no/where' does not"),
        (["train", "--classes=no.yaml"], "The file 'no.yaml' does not exist."),
        (["check_data", "--target=./no"], "The folder './no' does not exist."),
        (["evaluate", "--model=no.keras"], "There is no model 'no.keras';"),
        (["export", "--run=no"], "There is no model 'no';"),
        (["publish", "--run=no"], "The run 'no' does not exist."),
        (["report", "no"], "The run 'no' does not exist."),
        (["browser", "no.tflite"], "The file 'no.tflite' does not exist."),
        (["evaluate", "--split=val"], "Say which model"),
        (["predict", "--input=x"], "The input 'x' does not exist"),
        (["predict", "x"], "The input 'x' does not exist"),
        (["predict", "input=x"], "Did you mean --input=x?"),
        (["predict", "a", "--input=b"], "Both 'a' and --input=b are given"),
        (["predict", "a", "b", "c"], "takes one input; received 3: a, b, c"),
        (["predict", ".", "--size=4x4"], "--size=4x4 needs a .keras file"),
        (["predict", ".", "--model=a.tflite,b.keras"], "predicts alone"),
        (["predict", "--model=x", "--weights=1"], "--ensemble_weights now"),
        (["select", "--images=3"], "--images is called --select_images now."),
        (["select"], "Say which: tf_advseg select RUN ..."),
        (["convert", "a.pth"], "--out=FILE"),
    ],
)
def test_mistakes_are_told_in_a_sentence_without_tensorflow(arguments, message):
    done = door(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize("module", ["tf_advseg", "tf_advseg.train"])
def test_a_reader_that_has_enough_breaks_no_pipe_loudly(module):
    command = ["train"] if module == "tf_advseg" else []
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", module, *command, "--help"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_flag_has_one_declaration_in_all_commands():
    helps = defaultdict(set)
    for command in COMMANDS:
        settings = cli.settings_module(command).COMMAND.settings
        for name, field in flags.flags_of(settings).items():
            helps[name].add(id(field.metadata["help"]))
    assert not [name for name, ids in helps.items() if len(ids) > 1]


def test_a_name_that_a_flag_had_is_no_flag_beside_it():
    for command in COMMANDS:
        known = flags.flags_of(cli.settings_module(command).COMMAND.settings)
        for name, field in known.items():
            assert field.metadata["was"] not in known, (command, name)


def test_a_preset_changes_defaults_and_flags_win():
    command = cli.settings_module("train").COMMAND
    preset = command.presets("photos_small")
    assert preset["steps"] == 1000
    settings = command.settings(**{**preset, "steps": 5})
    assert (settings.steps, settings.batch_size) == (5, 8)


def given(tmp_path, monkeypatch, text, *arguments, command="train"):
    """The settings that a command line with --config=run.yaml makes."""
    (tmp_path / "run.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    work = cli._prepare(
        command,
        cli.settings_module(command).COMMAND,
        ["--config=run.yaml", *arguments],
    )
    return inspect.getclosurevars(work).nonlocals["given"]


@pytest.mark.parametrize(
    ("text", "arguments", "values"),
    [
        ("steps: 7", [], (7, 8)),
        ("steps: 7", ["--steps=9"], (9, 8)),
        ("preset: photos_small", [], (1000, 8)),
        ("preset: photos_small\nsteps: 7", [], (7, 8)),
        ("steps: 7", ["--preset=plain"], (7, 2)),
        # A preset on the line replaces the one in the file.
        ("preset: photos_small", ["--preset=plain"], (600, 2)),
        ("preset: plain", ["--batch_size=5"], (600, 5)),
    ],
)
def test_flags_win_over_the_file_and_the_file_over_presets(
    tmp_path, monkeypatch, text, arguments, values
):
    settings = given(tmp_path, monkeypatch, text, *arguments)
    assert (settings.steps, settings.batch_size) == values


def test_paths_in_the_file_are_relative_to_the_working_directory(
    tmp_path, monkeypatch
):
    (tmp_path / "photos").mkdir()
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/run.yaml").write_text("target: ./photos")
    settings = given(tmp_path, monkeypatch, "{}", "--config=configs/run.yaml")
    assert settings.target == "./photos"


def test_every_command_takes_a_file(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    settings = given(
        tmp_path, monkeypatch, "source: ./photos", command="check_data"
    )
    assert settings.source == "./photos"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stepps: 7", "'run.yaml': there is no flag 'stepps'. Did you mean"),
        ("config: run.yaml", "'run.yaml': there is no flag 'config'."),
        ("list: true", "'run.yaml': there is no flag 'list'."),
        ("steps: many", "'run.yaml': steps must be a whole number; received"),
        ("target: ./no", "The folder './no' does not exist."),
    ],
)
def test_a_file_is_refused_without_tensorflow(
    tmp_path, monkeypatch, text, message
):
    (tmp_path / "run.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    done = door("train", "--config=run.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert message in done.stderr


def test_what_a_run_records_is_not_renamed():
    """Run folders from before are read by these names."""
    assert set(RECORDED.split()) <= set(flags.flags_of(TrainSettings))


def test_names_are_known_without_importing_what_they_name():
    methods = finding.names_in("tf_advseg.methods")
    assert sorted(methods) == sorted(registry.method_classes())
    backbones = finding.names_in("tf_advseg.networks.backbones")
    assert sorted(backbones) == sorted(registry.backbone_classes())
    decoders = finding.names_in("tf_advseg.networks.decoders")
    assert sorted(decoders) == sorted(registry.decoder_classes())


def test_who_registered_a_method_may_name_it():
    assert "tf_advseg.methods" in sys.modules
    finding.find_method("my_own")


def test_a_member_of_an_archive_is_no_folder(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"")
    finding.find_domain(str(tmp_path / "a.zip" / "inside"))
    finding.find_domain("gta5:/data/gta5")
    finding.find_domain('gta5(root="/data/gta5")')


@pytest.mark.slow
def test_command_ends_with_one_sentence_and_status_one():
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "TF_CPP_MIN_LOG_LEVEL"
    }
    done = subprocess.run(
        [sys.executable, "-m", "tf_advseg", "train", "--method=advnt"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Did you mean 'advent'?" in done.stderr
