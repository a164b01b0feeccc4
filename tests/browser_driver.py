"""Drives the browser page in headless Chromium, for its tests and pictures.

Skips where Chromium, playwright or the npm package are not installed.
"""

import contextlib
import functools
import http.server
import io
import os
import shutil
import threading

import numpy as np
import pytest
from PIL import Image

from tf_advseg.checks import DataError
from tf_advseg.export.web.site import write_site

# Chromium must ask nobody but the page's own server for anything.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def assembled_site(models, folder):
    """Writes the page with models; the test is skipped without npm's part."""
    packages = os.environ.get("TF_ADVSEG_NODE_MODULES")
    try:
        return write_site(models, folder, packages)
    except DataError as error:
        if "npm" not in str(error):
            raise
        pytest.skip(str(error))


@contextlib.contextmanager
def served(folder):
    """Serves a folder on this machine, as `python -m http.server` does."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextlib.contextmanager
def chromium():
    """A headless browser."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=_ARGUMENTS
        )
        yield browser
        browser.close()


def wait_for(page, *states):
    """Waits until the page says one of these states, or that it failed."""
    wanted = [*states, "failed"]
    page.wait_for_selector(
        ",".join(f"body[data-state={state}]" for state in wanted),
        timeout=120_000,
    )
    return page.locator("body").get_attribute("data-state")


def open_image(page, path):
    """Chooses an image file and waits for its prediction."""
    page.set_input_files("#file", str(path))
    state = wait_for(page, "done")
    assert state == "done", page.inner_text("#status")


def saved_ids(page):
    """The class ids `(H, W)` in the PNG that the page saves."""
    with page.expect_download() as download:
        page.click("#save")
    with open(download.value.path(), "rb") as file:
        return np.asarray(Image.open(io.BytesIO(file.read())))[..., 0]
