"""The folder of the browser page, and its arithmetic run by Node."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import zipfile

import numpy as np
import pytest
import toy_artefact

from tf_advseg.base.checks import DataError
from tf_advseg.export.edge.images import resizing
from tf_advseg.export.publishing import publish
from tf_advseg.export.web import site


@pytest.fixture
def packages(tmp_path):
    """A node_modules folder with the names of the runtime's files."""
    folder = tmp_path / "node_modules"
    names = ["core/dist/index.js", "core/package.json"]
    names += ["wasm-utils/dist/index.js"]
    for build in site.RUNTIME_BUILDS:
        names += [f"core/wasm/{build}.js", f"core/wasm/{build}.wasm"]
    for name in names:
        path = folder / "@litertjs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(b"network")
    toy_artefact.append_metadata(path, toy_artefact.toy_metadata((8, 8)))
    return path


def test_the_site_holds_all_that_the_page_names(tmp_path, packages, model):
    out = site.write_site([model], tmp_path / "site", packages)
    page = (out / "index.html").read_text()
    named = re.findall(r'(?:src|href)="([\w./]+)"', page)
    named += re.findall(r'"(\./vendor[^"]+)"', page)
    assert len(named) >= 4
    for name in named:
        assert (out / name).is_file(), name
    for module in (out / "js").glob("*.js"):
        for name in re.findall(r'from\s+"(\./[^"]+)"', module.read_text()):
            assert (out / "js" / name).is_file(), name
    assert json.loads((out / "models/models.json").read_text()) == [model.name]
    assert (out / "models" / model.name).read_bytes() == model.read_bytes()


def test_the_page_asks_no_other_server(tmp_path):
    files = [site.PAGE / "index.html", site.PAGE / "style.css"]
    files += (site.PAGE / "js").glob("*.js")
    for file in files:
        assert "://" not in file.read_text(), file


def test_the_policy_knows_the_import_map():
    page = (site.PAGE / "index.html").read_text()
    text = re.search('<script type="importmap">(.*?)</script>', page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page


def test_an_earlier_site_is_replaced_and_nothing_else(
    tmp_path, packages, model
):
    out = site.write_site([model], tmp_path / "site", packages)
    (out / "old.txt").touch()
    site.write_site([model], out, packages)
    assert not (out / "old.txt").exists()
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "thesis.txt").touch()
    with pytest.raises(DataError, match="holds no page of an earlier call"):
        site.write_site([model], kept, packages)
    assert (kept / "thesis.txt").exists()


def test_an_earlier_site_is_there_until_the_new_one_takes_its_place(
    tmp_path, packages, model, monkeypatch
):
    out = site.write_site([model], tmp_path / "site", packages)
    seen = []

    def watched(finished, name):
        seen.append((name / "index.html").is_file())
        publish(finished, name)

    monkeypatch.setattr("tf_advseg.export.web.site.publish", watched)
    site.write_site([model], out, packages)
    assert seen == [True]


@pytest.mark.parametrize("content", [b"network", None])
def test_a_model_without_metadata_is_refused(tmp_path, packages, content):
    path = tmp_path / "bare.tflite"
    if content:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"bare\.tflite"):
        site.write_site([path], tmp_path / "site", packages)
    assert not (tmp_path / "site").exists()


def test_missing_packages_are_named(tmp_path, packages, model, monkeypatch):
    (packages / "@litertjs/core/dist/index.js").unlink()
    with pytest.raises(DataError, match="@litertjs/core 2"):
        site.write_site([model], tmp_path / "site", packages)
    monkeypatch.setattr(site.shutil, "which", lambda name: None)
    with pytest.raises(DataError, match="npm, which is not installed"):
        site.write_site([model], tmp_path / "site")
    assert not [p for p in tmp_path.iterdir() if "site" in p.name]


def node(program):
    """Runs a JavaScript module beside the page's; returns its JSON."""
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", program],
        cwd=site.PAGE / "js",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_resizing_in_javascript_is_python_s_to_the_last_bit(tmp_path):
    random = np.random.default_rng(0)
    sizes = [((7, 9), (20, 30)), ((64, 50), (16, 40)), ((33, 101), (33, 20))]
    sizes += [((100, 3), (9, 3)), ((1, 1), (4, 5)), ((480, 360), (128, 256))]
    for start, end in sizes:
        image = random.integers(0, 2, (*start, 3), np.uint8) * 255
        (tmp_path / "image").write_bytes(image.tobytes())
        output = tmp_path / "output"
        node(f"""
            import {{ readFileSync, writeFileSync }} from "node:fs";
            import {{ resizeImage }} from "./resizing.js";
            const image = readFileSync("{tmp_path / "image"}");
            const size = {list(start)};
            const resized = resizeImage(image, size, {list(end)});
            writeFileSync("{output}", resized);
            console.log("null");
        """)
        seen = np.frombuffer(output.read_bytes(), np.uint8)
        expected = resizing.resize_image(image, end)
        np.testing.assert_array_equal(seen.reshape(*end, 3), expected)


def test_class_maps_come_back_as_in_python():
    sizes = [(3, 7), (7, 3), (5, 5), (1024, 129), (1, 9)]
    seen = node(f"""
        import {{ nearest }} from "./resizing.js";
        const sizes = {json.dumps(sizes)};
        console.log(JSON.stringify(sizes.map(([a, b]) => nearest(a, b))));
    """)
    assert seen == [resizing.nearest(*size).tolist() for size in sizes]


def _described(path):
    """What the page makes of a model's metadata: them, or its sentence."""
    return node(f"""
        import {{ readFileSync }} from "node:fs";
        import {{ readMetadata }} from "./artefact.js";
        const file = readFileSync("{path}");
        const buffer = file.buffer.slice(
          file.byteOffset, file.byteOffset + file.length);
        const found = await readMetadata(buffer).catch((e) => e.message);
        console.log(JSON.stringify(found));
    """)


@pytest.mark.parametrize("compressed", [False, True])
def test_the_page_reads_metadata_and_refuses_what_they_cannot_be(
    tmp_path, compressed
):
    path = tmp_path / "a.tflite"
    good = toy_artefact.toy_metadata((8, 8))
    path.write_bytes(b"network")
    toy_artefact.append_metadata(path, good, compressed)
    assert _described(path) == good
    for changes in (
        {"size": [32]},
        {"size": [8, 10**9]},
        {"classes": 5},
        {"classes": [{}] * 3},
        {"palette": [[10**9, 0, 0]] * 3},
        {"palette": [[1, 2]] * 3},
    ):
        path.write_bytes(b"network")
        toy_artefact.append_metadata(path, {**good, **changes}, compressed)
        assert "they are damaged" in _described(path), changes


def test_the_page_refuses_bombs_and_damaged_zips(tmp_path):
    path = tmp_path / "a.tflite"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tf_advseg.json", bytes(2**24 + 1))
    assert "claim 16777217 bytes" in _described(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tf_advseg.json", bytes(5000))
    whole = path.read_bytes()
    size = (5000).to_bytes(4, "little")
    for other in (10, 2**20):
        path.write_bytes(whole.replace(size, other.to_bytes(4, "little")))
        assert "damaged" in _described(path)
    path.write_bytes(whole[60:])
    assert "no tf_advseg.json" in _described(path) or "damaged" in _described(
        path
    )
