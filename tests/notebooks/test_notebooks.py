"""The notebooks: committed as they are read, and run whole, with few steps."""

import base64
import inspect
import io
import os
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image
from places import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
QUICK = (
    "--weights=none --decoder=lraspp --batch_size=2 --snapshots=0 "
    "--ema_decay=0 --health_every=0 --select_images=2"
)
SHORT = {
    "streets": f"""
        STEPS, SIZE, IMAGES, DROP = 3, (64, 128), 2, 100
        MORE = {QUICK!r}
    """,
    "new_method": """
        STEPS, SIZE, IMAGES = 3, (64, 128), 2
        MORE = {"weights": "none", "decoder": "lraspp", "batch_size": 2}
    """,
    "own_folder": f"""
        STEPS, SIZE, IMAGES, HELD_OUT = 3, (64, 128), 4, 2
        MORE = {QUICK!r}
    """,
}
"""What stands in place of each notebook's parameters."""
HOLDS = {
    "streets": """
        assert result.classes.shape == SIZE
        assert len(found.iou) == 11
        assert agreement["SavedModel"] > 0.999
        assert agreement["int8"] > 0.3, agreement
        assert (served == result.classes).mean() > 0.999
        device = Image.open(f"{RUN}/device/ids/photo.png")
        np.testing.assert_array_equal(device, int8(photo).classes)
        assert Path(RUN, "report.html").stat().st_size > 10_000
        assert server.poll() is not None
    """,
    "new_method": """
        assert list(table.values()) == [0, 0, -1]
        assert "target/main" in losses and np.isfinite(losses["loss"]).all()
        assert infomax.facts["method"].startswith("infomax")
        assert source_only.facts["method"].startswith("source_only")
        assert [one.num_images for one in found.values()] == [2, 2]
    """,
    "own_folder": """
        import json
        findings = json.loads((work / "findings.json").read_text())
        # Labels of photos/val are read by the class map of renders.
        found = [one["code"] for one in findings["findings"]]
        assert found == ["assumed_labels"], findings["findings"]
        assert model.class_names == tuple(CLASSES)
        assert not (photos / "labels").exists()
        assert [r.classes.shape for r in results] == [SIZE] * 3
        report = (RUN / "report.html").read_text()
        assert "Did adaptation pay?" in report
    """,
}
"""What must hold when a notebook has run."""
PICTURES = {"streets": 4, "new_method": 1, "own_folder": 5}


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_of(notebook) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def has_parameters(cell) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_committed_holds_no_outputs(path):
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in code_of(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert path.stat().st_size < 30_000
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_path_of_a_machine_stands_in_it(path):
    text = "\n".join(cell.source for cell in read(path).cells)
    assert not re.findall(r"""(?<![\w.:}/])/[a-z]\w*/""", text)
    assert not re.findall(r"[A-Z]:\\\\|~/", text)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_says_what_it_is_and_has_one_cell_of_parameters(path):
    first, *rest = read(path).cells
    assert first.cell_type == "markdown" and first.source.startswith("# ")
    assert sum(map(has_parameters, rest)) == 1


def test_the_page_names_each_notebook_and_no_other():
    page = (ROOT / "docs/notebooks.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(\.\./notebooks/(\w+\.ipynb)\)", page)
    assert sorted(named) == [path.name for path in NOTEBOOKS]
    assert SHORT.keys() == HOLDS.keys() == {p.stem for p in NOTEBOOKS}


def pictures_of(notebook) -> list[np.ndarray]:
    data = [
        output.data["image/png"]
        for cell in code_of(notebook)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    files = (io.BytesIO(base64.b64decode(one)) for one in data)
    return [np.array(Image.open(file).convert("RGB")) for file in files]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    """Its commands are those of this Python, its files go into a folder."""
    bin_folder = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")
    notebook = read(path)
    for cell in filter(has_parameters, notebook.cells):
        cell.source = inspect.cleandoc(SHORT[path.stem])
    holds = inspect.cleandoc(HOLDS[path.stem])
    notebook.cells.append(nbformat.v4.new_code_cell(holds))
    NotebookClient(
        notebook,
        timeout=1800,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    pictures = pictures_of(notebook)
    assert len(pictures) == PICTURES[path.stem]
    for picture in pictures:
        assert picture.std() > 10, "A picture of nothing."
