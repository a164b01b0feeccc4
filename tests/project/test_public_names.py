"""`import tf_advseg` gives the names that users need, and waits with them."""

import inspect
import re
import subprocess
import sys

import pytest
import toy_runs
import toy_segmenter
from places import ROOT

import tf_advseg

NAMES = [name for name in dir(tf_advseg) if not name.startswith("_")]


def example(page, title):
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.search(f"## {title}\n\n((?:    .*\n|\n)+)", text)[1]


LIBRARY_EXAMPLE = example("docs/library.md", "Part by part")
THREE_LINES = example("README.md", "As a library")


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_there(name):
    assert getattr(tf_advseg, name) is not None


def test_other_names_are_not():
    assert "AdversarialSegmenter" in NAMES
    assert not hasattr(tf_advseg, "adversarialsegmenter")


@pytest.mark.parametrize("name", NAMES)
def test_a_module_s_name_is_that_module_s(name):
    value = getattr(tf_advseg, name)
    if (ROOT / "tf_advseg" / name).exists():
        assert inspect.ismodule(value)
        assert value.__name__ == f"tf_advseg.{name}"
    assert not (ROOT / "tf_advseg" / f"{name}.py").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_in_the_reference(name):
    value = getattr(tf_advseg, name)
    pages = (ROOT / "docs" / "reference").glob("*.md")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    named = re.findall(r"^::: (\S+)$", text, re.MULTILINE)
    is_room = inspect.ismodule(value) or name.startswith("__")
    assert is_room or f"{value.__module__}.{value.__qualname__}" in named


def test_importing_the_package_waits_with_tensorflow():
    program = (
        "import sys; import tf_advseg; dir(tf_advseg); "
        "waiting = {'tensorflow', 'keras', 'numpy', 'rich', 'PIL'}; "
        "assert not waiting & set(sys.modules), waiting & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.slow
def test_the_library_s_example_runs_up_to_training():
    lines = inspect.cleandoc(LIBRARY_EXAMPLE).splitlines()
    end = next(i for i, line in enumerate(lines) if ".fit(" in line)
    names = {}
    exec("\n".join(lines[:end]), names)
    assert isinstance(names["model"], tf_advseg.AdversarialSegmenter)


def test_the_library_s_example_needs_public_names_only():
    imports = [i for i in LIBRARY_EXAMPLE.splitlines() if "import" in i]
    assert [i.strip() for i in imports] == ["import keras", "import tf_advseg"]
    used = re.findall(r"tf_advseg\.(\w+)", LIBRARY_EXAMPLE)
    assert set(used) <= set(NAMES)


def test_the_readme_s_three_lines_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    toy_segmenter.save_colour_segmenter(tmp_path / "runs/RUN/best.keras")
    toy_runs.save(tmp_path / "photo.jpg", toy_segmenter.paint([[0, 1, 2]]))
    assert THREE_LINES in (ROOT / "docs/library.md").read_text("utf-8")
    exec(inspect.cleandoc(THREE_LINES), {})
    assert (tmp_path / "seen.png").stat().st_size
