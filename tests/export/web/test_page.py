"""The browser page in headless Chromium against the edge runner."""

import os

import numpy as np
import pytest
import toy_artefact
from PIL import Image

from benchmarks.parts import chromium
from tf_advseg.base.checks import DataError
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.images.tiling import predict_whole
from tf_advseg.export.edge.network import Network
from tf_advseg.export.web.site import write_site

pytestmark = pytest.mark.slow
SIZE = (24, 40)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "toy.tflite"
    return toy_artefact.write_toy_artefact(path, SIZE, reach=2)


@pytest.fixture(scope="module")
def browser():
    try:
        with chromium.chromium() as browser:
            yield browser
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(f"no browser to drive: {error}")


@pytest.fixture(scope="module")
def address(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "site"
    # CI and offline machines may give a folder; otherwise npm is asked.
    packages = os.environ.get("TF_ADVSEG_NODE_MODULES")
    try:
        site = write_site([model], folder, packages)
    except DataError as error:
        if "npm" not in str(error):
            raise
        pytest.skip(str(error))
    with chromium.served(site) as address:
        yield address


@pytest.fixture
def page(browser, address):
    page = browser.new_page(viewport={"width": 1240, "height": 800})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert chromium.wait_for(page, "ready") == "ready"
    yield page
    # Nothing but the page's own files was asked for.
    own = (address, "blob:", "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    page.close()


def smooth_image(path, height, width, seed=0):
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (9, 13, 3), np.uint8)
    picture = Image.fromarray(coarse).resize((width, height), Image.BICUBIC)
    picture.save(path)
    return np.asarray(picture)


@pytest.mark.parametrize("size", [SIZE, (150, 230), (11, 19), (24, 300)])
def test_classes_are_those_of_the_edge_runner(page, model, tmp_path, size):
    image = smooth_image(tmp_path / "image.png", *size)
    chromium.open_image(page, tmp_path / "image.png")
    seen = chromium.saved_ids(page)
    network = Network(read_artefact(model), threads=1)
    expected, _ = predict_whole(network.predict, image, SIZE)
    assert seen.shape == expected.shape == size
    assert (seen == expected).mean() >= 0.999


def test_the_legend_has_each_class_with_its_share(page, tmp_path):
    smooth_image(tmp_path / "image.png", 30, 50)
    chromium.open_image(page, tmp_path / "image.png")
    rows = page.locator("#legend li").all_inner_texts()
    assert [row.split()[0] for row in rows] == toy_artefact.CLASSES
    shares = [float(row.split()[1]) for row in rows]
    assert sum(shares) == pytest.approx(100, abs=0.2)


def canvas_pixel(page):
    return page.evaluate(
        "() => [...document.getElementById('canvas').getContext('2d')"
        ".getImageData(5, 5, 1, 1).data].slice(0, 3)"
    )


def test_opacity_goes_from_the_image_to_the_class_colour(page, tmp_path):
    Image.new("RGB", (40, 24), (0, 255, 0)).save(tmp_path / "green.png")
    chromium.open_image(page, tmp_path / "green.png")
    page.fill("#opacity", "0")
    assert canvas_pixel(page) == [0, 255, 0]
    page.fill("#opacity", "100")
    assert canvas_pixel(page) == toy_artefact.PALETTE[1]
    # Sure: the softmax of (0, 255 / 64, 0) has 0.17 of the most entropy.
    page.locator(".choice >> text=Entropy").click()
    assert max(canvas_pixel(page)) < 120
    assert page.locator("#scale").is_visible()


def test_what_is_no_image_or_model_is_one_sentence(page, tmp_path):
    (tmp_path / "no.png").write_bytes(b"no image")
    page.set_input_files("#file", str(tmp_path / "no.png"))
    assert chromium.wait_for(page, "done") == "failed"
    assert "no.png is not an image" in page.inner_text("#status")
    (tmp_path / "bare.tflite").write_bytes(toy_artefact.toy_network(SIZE))
    page.set_input_files("#model-file", str(tmp_path / "bare.tflite"))
    page.wait_for_selector("text=carries no metadata")
    # And then the next image is right.
    Image.new("RGB", (40, 24), (0, 0, 255)).save(tmp_path / "blue.png")
    chromium.open_image(page, tmp_path / "blue.png")
    assert (chromium.saved_ids(page) == 2).all()


def test_another_model_is_read_from_a_compressed_zip_too(page, tmp_path):
    path = tmp_path / "other.tflite"
    path.write_bytes(toy_artefact.toy_network((16, 32)))
    metadata = toy_artefact.toy_metadata((16, 32), run_id="other")
    toy_artefact.append_metadata(path, metadata, compressed=True)
    page.set_input_files("#model-file", str(path))
    page.wait_for_selector("#model-facts >> text=other")


def test_the_camera_is_predicted_until_it_is_stopped(page):
    page.click("#camera")
    assert chromium.wait_for(page, "camera") == "camera"
    page.wait_for_selector("#facts >> text=mean entropy")
    page.click("#camera")
    assert chromium.wait_for(page, "ready") == "ready"


@pytest.mark.parametrize("width", [360, 820, 1240])
def test_the_page_fits_its_window(page, tmp_path, width):
    page.set_viewport_size({"width": width, "height": 740})
    smooth_image(tmp_path / "image.png", 300, 700)
    chromium.open_image(page, tmp_path / "image.png")
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= width
