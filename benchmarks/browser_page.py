"""The browser page's class maps against the edge runner's, and its picture.

    python -m benchmarks.browser_page --images=FOLDER [--picture=page.png] \\
        model_int8.tflite model_float32.tflite

predicts each image with each model twice, in headless Chromium and by the
runner's own code in Python, and prints the share of pixels that agree, in
the worst image and over all. Needs the extra `browser`, Chromium, and npm or
--packages=node_modules.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.parts import chromium
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.images.files import find_images
from tf_advseg.export.edge.images.reading import read_rgb
from tf_advseg.export.edge.images.tiling import predict_whole
from tf_advseg.export.edge.network import Network
from tf_advseg.export.web.site import write_site

WINDOW = {"width": 1240, "height": 772}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--images", required=True)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--packages")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    files = find_images(options.images)[: options.limit]
    images = [file.path for file in files]
    with (
        tempfile.TemporaryDirectory() as work,
        chromium.chromium() as browser,
    ):
        site = Path(work) / "site"
        write_site(options.models, site, options.packages)
        with chromium.served(site) as address:
            page = browser.new_page(viewport=WINDOW)
            page.goto(address)
            chromium.wait_for(page, "ready")
            for model in options.models:
                print(agreement_line(page, model, images))
            if options.picture:
                save_picture(page, options.picture)


def agreement_line(page, model: Path, images: Sequence[Path]) -> str:
    """Compares one model on all images."""
    if page.locator("#model").is_visible():
        page.select_option("#model", model.name)
    precision = read_artefact(model).metadata["precision"]
    page.wait_for_selector(f"#model-facts >> text={precision}")
    shares = [agreement(page, model, image) for image in images]
    return (
        f"{model.name}: {len(images)} images, agreement "
        f"{100 * min(shares):.3f} % in the worst, "
        f"{100 * np.mean(shares):.3f} % over all"
    )


def agreement(page, model: Path, image: Path) -> float:
    """Share of the pixels that the browser and Python give one class."""
    artefact = read_artefact(model)
    network = Network(artefact)
    expected, _ = predict_whole(
        network.predict, read_rgb(image, image.name), artefact.size
    )
    chromium.open_image(page, image)
    return float((chromium.saved_ids(page) == expected).mean())


def save_picture(page, path: Path) -> None:
    """Saves what the page shows, in 256 colours: small enough for docs."""
    page.screenshot(path=path)
    with Image.open(path) as picture:
        # Refined by k-means, or the legend's small swatches change colour.
        small = picture.convert("RGB").quantize(256, kmeans=2)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
