"""The runner's one file: what it holds and what it needs."""

import ast
import sys
import time
import zipfile
from pathlib import Path

import pytest

import tf_advseg.export.edge
from tf_advseg.export.edge import bundle

FOLDER = Path(tf_advseg.export.edge.__file__).parent
MODULES = sorted(p for p in FOLDER.rglob("*.py") if p.name != "bundle.py")
ALLOWED = {"ai_edge_litert", "cv2", "numpy", "PIL"}


def name(path):
    return path.relative_to(FOLDER).as_posix()


def test_the_same_sources_give_the_same_bytes(tmp_path, monkeypatch):
    first = bundle.write_bundle(tmp_path / "a.pyz").read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    assert bundle.write_bundle(tmp_path / "b.pyz").read_bytes() == first


def test_a_folder_gets_the_usual_name(tmp_path):
    assert bundle.write_bundle(tmp_path).name == "tf_advseg_edge.pyz"


def test_it_holds_every_module_and_not_the_packer(tmp_path):
    with zipfile.ZipFile(bundle.write_bundle(tmp_path)) as archive:
        names = set(archive.namelist())
    expected = {f"tf_advseg_edge/{name(path)}" for path in MODULES}
    assert names == expected | {"__main__.py"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_need_little_and_read_on_python_3_9(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.split(".")[0])
    assert names <= ALLOWED | set(sys.stdlib_module_names)
    # Without it `int | None` in an annotation fails on 3.9.
    assert "annotations" in text or path.name == "__init__.py"
