"""Pictures are opened with the formats that we take, whatever their names."""

import ast
import importlib.util
import io
import os
import stat

import pytest
from PIL import EpsImagePlugin
from PIL import Image
from places import ROOT

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.file_facts.image import image_facts
from tf_advseg.datasets.files import image_files
from tf_advseg.export.client.encoding import encode
from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.edge.images import reading
from tf_advseg.export.modelarts import package
from tf_advseg.prediction.inputs import InputFile

EPS = (
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"
    b"(any PostScript) =\n%%EOF\n"
)
ROOMS = ("tf_advseg", "datasets", "export")


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """A Ghostscript that notes each of its calls in this file."""
    calls, program = tmp_path / "calls", tmp_path / "bin" / "gs"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >> {calls}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)
    return calls


def _service(monkeypatch):
    """ModelArts' inference code; its base class is the engine's."""
    folder = package._FILES
    monkeypatch.syspath_prepend(folder)
    path = folder / "customize_service.py"
    spec = importlib.util.spec_from_file_location("customize_service", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _files():
    """Pictures of other formats that Pillow opens and we do not take."""
    yield "eps", EPS
    for kind in ("PPM", "ICO", "TGA", "JPEG2000", "PCX", "SGI", "DDS", "AVIF"):
        stream = io.BytesIO()
        Image.new("RGB", (16, 16)).save(stream, kind)
        yield kind, stream.getvalue()


@pytest.mark.parametrize(("kind", "data"), list(_files()))
def test_other_formats_are_refused_everywhere(
    tmp_path, monkeypatch, calls, kind, data
):
    path = tmp_path / "evil.png"
    path.write_bytes(data)
    for read in (
        image_files.read_rgb,
        image_files.read_picture,
        image_files.image_size,
        image_files.read_ids,
        image_files.read_first_channel,
        image_files.read_colours,
        lambda path: encode(InputFile(path, "evil"), True, 10**6),
    ):
        with pytest.raises(DataError, match="not an image of a known format"):
            read(path)
    facts, _ = image_facts(str(path))
    assert facts.problem.kind == "no_image"
    for source in (path, data):
        with pytest.raises(EdgeError, match="not an image of a known format"):
            reading.read_rgb(source, "evil.png")
    with pytest.raises(ValueError, match="cannot be read"):
        _service(monkeypatch)._upright_rgb(data)
    assert not calls.exists()


def test_no_picture_is_opened_without_naming_formats():
    bare = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            bare += [
                f"{path}:{node.lineno}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith("Image.open")
                and all(word.arg != "formats" for word in node.keywords)
            ]
    assert not bare
