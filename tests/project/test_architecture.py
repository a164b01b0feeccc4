"""The house's rules that no linter knows; layers are in pyproject.toml."""

import ast
import importlib
import inspect
import subprocess

import pytest
from places import ROOT

MOST_LINES = 250
MOST_ENTRIES = 12
EQUALS = {
    ".": "what the customer's card and the tools of the trade put there",
    "benchmarks": "one command a benchmark, and what several share in rooms",
    "datasets/published": "one published data set a file",
    "docs": "one page a subject",
    "docs/methods": "one page a method",
    "tests": "the rooms of the package, mirrored",
    "tests/golden": "one file of numbers a program and method",
    "tests/toys": "one toy a file",
    "tf_advseg": "the rooms, and the door",
    "tf_advseg/commands": "one command a file",
    "tf_advseg/methods": "one method a file, and their losses",
    "tf_advseg/reporting/sections": "one section of the report a file",
    "tf_advseg/settings": "the settings of one command a file",
}
"""Folders that may be larger: lists of equals, where a name is enough."""


def tracked() -> list[str]:
    """Paths of the checkout, without the two links."""
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        pytest.skip("no git checkout here")
    found = [p for p in run.stdout.splitlines() if (ROOT / p).is_file()]
    return sorted(found)


def sources() -> list[str]:
    rooms = ("tf_advseg/", "datasets/", "export/")
    return [p for p in tracked() if p.startswith(rooms) and p.endswith(".py")]


def entries() -> dict[str, set[str]]:
    """What stands in each folder, besides `__init__`."""
    found = {}
    for path in tracked():
        *folders, name = path.split("/")
        for depth in range(len(folders)):
            inside = "/".join(folders[:depth]) or "."
            found.setdefault(inside, set()).add(folders[depth])
        if not name.startswith("__init__"):
            found.setdefault("/".join(folders) or ".", set()).add(name)
    return found


def modules() -> list[str]:
    """Dotted names of the package's modules and packages."""
    names = []
    for path in sources():
        if path.startswith(("datasets/", "export/")):
            path = f"tf_advseg/{path}"
        name = path.removesuffix(".py").removesuffix("/__init__")
        if "/package_files/" not in name and not name.endswith("__main__"):
            names.append(name.replace("/", "."))
    return names


@pytest.mark.parametrize("path", sources())
def test_no_file_is_longer_than_250_lines(path):
    lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES, f"{path} has {lines} lines"


@pytest.mark.parametrize("path", sources())
def test_every_file_says_first_what_it_is(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


def test_no_room_is_crowded():
    crowded = {
        folder: len(names)
        for folder, names in entries().items()
        if len(names) > MOST_ENTRIES and folder not in EQUALS
    }
    assert not crowded, f"more than {MOST_ENTRIES} entries: {crowded}"


def test_every_exception_is_one():
    found = entries()
    for folder, why in EQUALS.items():
        assert why
        assert len(found[folder]) > MOST_ENTRIES, f"{folder} needs none"


def test_no_attribute_of_a_package_has_the_name_of_a_module_in_it():
    """`from package import name` must not depend on who imported what."""
    names = set(modules())
    packages = [n for n in names if any(m.startswith(n + ".") for m in names)]
    for package in packages:
        module = importlib.import_module(package)
        for name, value in vars(module).items():
            if f"{package}.{name}" in names:
                assert inspect.ismodule(value), f"{package}.{name}"


def test_only_the_door_and_its_room_know_the_command_line():
    """Everything else takes settings; flags are made of them in one place."""
    knowing = [
        path
        for path in sources()
        if "base.flags" in (text := (ROOT / path).read_text(encoding="utf-8"))
        or "from tf_advseg.base import flags" in text
        or "absl" in text
    ]
    assert knowing == ["tf_advseg/cli.py", "tf_advseg/commands/report.py"]
