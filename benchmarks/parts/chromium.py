"""Drives pages in headless Chromium: the browser page's tests and figures.

Needs the extra `browser` (playwright, without a browser of its own) and an
installed Chromium.
"""

import contextlib
import functools
import http.server
import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

# Chromium must ask nobody but the page's own server for anything.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 120_000  # milliseconds


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serves a folder on this machine, as `python -m http.server` does."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextlib.contextmanager
def chromium():
    """A headless browser.

    Raises:
        ImportError: If playwright is not installed.
        FileNotFoundError: If there is no Chromium.
    """
    from playwright import sync_api

    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise FileNotFoundError("Chromium is not installed.")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=_ARGUMENTS
        )
        yield browser
        browser.close()


def wait_for(page, *states: str) -> str:
    """Waits until the page says one of these states, or that it failed."""
    wanted = [*states, "failed"]
    page.wait_for_selector(
        ",".join(f"body[data-state={state}]" for state in wanted),
        timeout=_PATIENCE,
    )
    return page.locator("body").get_attribute("data-state")


def open_image(page, path: Path) -> None:
    """Chooses an image file and waits for its prediction.

    Raises:
        RuntimeError: With the page's own words, if it fails.
    """
    page.set_input_files("#file", str(path))
    if wait_for(page, "done") != "done":
        raise RuntimeError(page.inner_text("#status"))


def saved_ids(page) -> np.ndarray:
    """Returns the class ids `(H, W)` in the PNG that the page saves."""
    with page.expect_download() as download:
        page.click("#save")
    content = Path(download.value.path()).read_bytes()
    return np.asarray(Image.open(io.BytesIO(content)))[..., 0]
