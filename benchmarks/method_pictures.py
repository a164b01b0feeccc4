"""Draws the pictures of the pages of methods, by the methods' own code.

    python -m benchmarks.method_pictures docs/methods/images

No network is trained. Where DACS has a teacher's labels, the picture has the
true ones.
"""

import sys
from pathlib import Path

import matplotlib
import numpy as np
import tensorflow as tf
from PIL import Image

from tf_advseg.datasets import StreetsDomain
from tf_advseg.datasets import class_statistics
from tf_advseg.methods import class_mix
from tf_advseg.methods import losses
from tf_advseg.methods.maxsquare import maximum_squares
from tf_advseg.pictures.class_map import colourise
from tf_advseg.pictures.sheets import contact_sheet

matplotlib.use("Agg")
from matplotlib import pyplot

KEYS = ("train/000003", "train/000014", "train/000027")


def mixed_images() -> np.ndarray:
    """DACS: rows of source, mask, target, and what the student is shown."""
    source, target = StreetsDomain("sim"), StreetsDomain("real")
    palette, number = source.class_set.palette, source.class_set.num_classes
    rows = []
    for index, key in enumerate(KEYS):
        image, label = source.read_image(key), source.read_label(key)
        below, its_label = target.read_image(key), target.read_label(key)
        seeds = tf.constant([[0, index]], tf.int64)
        mask = class_mix.class_masks(label[None], seeds, number)
        mixed = class_mix.pasted(mask, image[None], below[None])[0].numpy()
        labels = class_mix.pasted(mask, label[None], its_label[None])[0].numpy()
        cut = np.where(mask[0][..., None], image, 255).astype(np.uint8)
        rows.append([image, cut, below, mixed, colourise(labels, palette)])
    titles = ["x_s", "M x_s: half of its classes", "x_t", "x_m", "y_m"]
    return contact_sheet(rows, titles)


def class_sizes() -> pyplot.Figure:
    """FCNs in the Wild: the sizes that classes keep between."""
    domain = StreetsDomain("sim")
    found = class_statistics(domain, "train")
    colours = np.array(domain.class_set.palette) / 255
    rows = np.arange(len(found.class_names))
    figure, axes = pyplot.subplots(figsize=(7.5, 3.4), layout="constrained")
    low, high = 100 * found.size_low, 100 * found.size_high
    axes.barh(rows, high - low, left=low, color=colours, edgecolor="0.3")
    axes.plot(100 * found.size_mean, rows, "|", color="black", markersize=11)
    axes.set(
        xscale="log",
        xlabel="share of an image that shows the class, % (| mean)",
    )
    axes.set_yticks(rows, found.class_names)
    axes.invert_yaxis()
    return figure


def entropy_and_squares() -> pyplot.Figure:
    """MaxSquare: both losses of a pixel of two classes, and their pull."""
    p = np.linspace(0.001, 0.999, 999).astype(np.float32)
    figure, (left, right) = pyplot.subplots(
        1, 2, figsize=(7.5, 2.9), layout="constrained"
    )
    for name, loss in (
        ("entropy (MinEnt)", losses.entropy),
        ("maximum squares", _squares),
    ):
        logits = tf.constant(np.log(p / (1 - p)))
        with tf.GradientTape() as tape:
            tape.watch(logits)
            both = tf.stack([logits, tf.zeros_like(logits)], -1)
            values = tf.reshape(loss(both[:, None, None]), (-1,))
        # The losses take logits; by the chain rule, dp = p (1 - p) dlogit.
        pull = np.abs(tape.gradient(values, logits)) / (p * (1 - p))
        left.plot(p, values, label=name)
        right.plot(p, pull, label=name)
    left.set(xlabel="p, of the first of two classes", title="loss")
    right.set(xlabel="p", title="|d loss / dp|", ylim=(0, 8))
    left.legend(frameon=False)
    return figure


def _squares(logits: tf.Tensor) -> tf.Tensor:
    """The loss of each image, all of one pixel."""
    return tf.stack([maximum_squares(one[None], 0.0) for one in logits])


def main(folder: str) -> None:
    """Writes all pictures."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mixed_images()).save(out / "dacs.png", optimize=True)
    for draw in (class_sizes, entropy_and_squares):
        file = out / f"{draw.__name__}.png"
        draw().savefig(file, dpi=130)
        Image.open(file).convert("RGB").quantize(64).save(file, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
