"""Imports run downwards only; files stay small enough to read."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tf_advseg"
FLOORS = {
    # Pure functions, small layers, plain values.
    0: """__init__ accumulation allocator atomic_file bootstrap boundary_iou
       bounded_map calibration call_strings checks class_subsets cluster config
       conventions exit_status fault_text file_facts health image_ops
       interruption layers losses lost_workers metric_text metrics optimizers
       picture_modes pictures precision progress
       quiet_tensorflow replicas run_lock size_constraints state_files
       user_cache""",
    # These do not see each other, but backbones fetch their weights.
    1: "methods backbones datasets export weights",
    2: "deeplab discriminators",
    3: """adversarial_segmenter batch_prediction callbacks compiled_steps
       conversion conversion_export conversion_network conversion_report
       converted_classes data_check distributed_evaluation ensemble
       ensemble_file evaluation evaluation_result log_means measurement
       measurement_result model_file objective observation predicted_samples
       prediction prediction_sheet remote segments selection training
       training_forward whole_model wiring workers""",
    4: """catalogue check_settings choice_settings client_settings compared_run
       comparison compute_settings experiment export_calibration
       export_domains export_facts
       export_formats export_gate export_keras_process export_packages
       export_publishing export_settings exporting health_guard
       manifest_settings model_choice model_settings multi_worker_settings
       presets publish_settings registry report_settings reporting
       run_data run_data_checks run_evaluation run_faults run_folder
       run_result run_selection run_watchers runner segmenter_facts
       select_settings selection_data settings strategies training_batches""",
    # The commands: flags, then what they do.
    5: """batch_prediction_command command_line convert evaluate
       evaluation_command export.__main__ export_command predict
       prediction_command train training_command training_report
       client client_command publish publish_command
       browser
       report report_command
       check_data check_data_command manifest manifest_command
       select selection_command""",
}
ALLOWED_SIDEWAYS = {("backbones", "weights")}


def floor_of(room):
    found = [n for n, rooms in FLOORS.items() if room in rooms.split()]
    assert found, f"{room} stands on no floor; add it to FLOORS."
    return found[0]


def room_of(module):
    """The part of the house that a module belongs to: its package's.

    But `python -m tf_advseg.export` runs export/__main__.py: a command, which
    nothing imports, in a package of a low floor. It is listed by itself.
    """
    listed = " ".join(FLOORS.values()).split()
    return module if module in listed else module.split(".")[0]


def source_files():
    folders = [PACKAGE, PACKAGE / "datasets", PACKAGE / "export"]
    files = {}
    for folder in folders:
        for path in folder.rglob("*.py"):
            parts = path.relative_to(PACKAGE).with_suffix("").parts
            files[".".join(parts)] = path
    return files


def imported_rooms(path):
    """First names below tf_advseg that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "tf_advseg" and len(parts) > 1:
                yield parts[1]


FILES = source_files()


@pytest.mark.parametrize("module", sorted(FILES))
def test_imports_run_downwards(module):
    room = room_of(module)
    for other in imported_rooms(FILES[module]):
        if other == room or other.startswith("__"):
            continue
        below = floor_of(other) < floor_of(room)
        # Floors from 3 up are staircases: neighbours may call each other.
        same = floor_of(other) == floor_of(room) and floor_of(room) != 1
        sideways = (room, other) in ALLOWED_SIDEWAYS
        assert below or same or sideways, f"{module} imports {other}"


@pytest.mark.parametrize("module", sorted(FILES))
def test_no_file_is_longer_than_250_lines(module):
    lines = FILES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= 250, f"{module} has {lines} lines"


@pytest.mark.parametrize("module", sorted(FILES))
def test_every_file_says_what_it_is(module):
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


def test_only_commands_know_flags():
    for module, path in FILES.items():
        if "absl" in path.read_text(encoding="utf-8"):
            room = room_of(module)
            assert floor_of(room) == 5 or room == "config", module
