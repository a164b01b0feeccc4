"""Photographs a report for the documentation, in headless Chromium.

    tf_advseg report runs/advent-seed* runs/source_only-seed* \\
        --out=report.html
    python -m benchmarks.report_picture report.html docs/images/report.png

Needs the extra `browser` and an installed Chromium. Takes the verdict on a
light desk and images on a dark phone, side by side; below 300 kB.
"""

import io
import sys
from pathlib import Path

from PIL import Image

from benchmarks.parts.chromium import chromium

DESK = {"viewport": {"width": 1060, "height": 760}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 370, "height": 760}, "color_scheme": "dark"}
GAP = 24


def photograph(report: Path, picture: Path) -> None:
    """Writes the picture of a report."""
    with chromium() as browser:
        views = [_view(browser, report, device) for device in (DESK, PHONE)]
    width = sum(view.width for view in views) + GAP
    sheet = Image.new("RGB", (width, views[0].height), "white")
    sheet.paste(views[0], (0, 0))
    sheet.paste(views[1], (views[0].width + GAP, 0))
    sheet.save(picture, optimize=True)


def _view(browser, report: Path, device: dict) -> Image.Image:
    page = browser.new_page(**device)
    page.goto(report.resolve().as_uri())
    if device is PHONE:
        page.locator("article").first.scroll_into_view_if_needed()
        page.evaluate("scrollBy(0, 420)")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("expected a report and the picture to write")
    photograph(Path(sys.argv[1]), Path(sys.argv[2]))
