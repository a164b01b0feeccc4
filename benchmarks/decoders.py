"""Every decoder on one backbone: weights, size of its file, latency.

    python -m benchmarks.decoders --size=128x256 --classes=11
    python -m benchmarks.decoders --decoders=fpn 'fpn(norm="batch")'
    python -m benchmarks.decoders --models=runs/A/best.keras runs/B/best.keras

Networks start untrained, or are those in files. Each is converted to float32
and int8 (litert-quantizer, else the converter) at one size and runs in turns
with the others, so that whatever else the machine does hits all alike. What
int8 agrees on, and memory, are the gate's to say: `tf_advseg export --run=RUN`.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.parts import markdown
from benchmarks.parts import timing
from tf_advseg.base.fields import parse_size
from tf_advseg.experiment import networks
from tf_advseg.experiment import registry
from tf_advseg.export.formats.tflite import converter
from tf_advseg.export.formats.tflite import quantizer
from tf_advseg.export.formats.tflite.runtime import TFLiteRuntime
from tf_advseg.export.graph.fixed_shape import write_fixed_shape
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.settings.train import TrainSettings


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = sorted(registry.decoder_classes())
    parser.add_argument("--decoders", nargs="+", default=names)
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--models", nargs="*", default=[])
    parser.add_argument("--size", type=parse_size, default="128x256")
    parser.add_argument("--classes", type=int, default=11)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    images = np.random.default_rng(0).integers(
        0, 256, (8, *options.size, 3), np.uint8
    )
    every = dict(segmenters(options))
    sizes, runtimes = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, network in every.items():
            for precision, file in artefacts(
                network, images, options.size, Path(folder)
            ):
                runtime = TFLiteRuntime(file, options.threads)
                runtimes[name, precision] = lambda r=runtime: r(images[0])
                sizes[name, precision] = file.stat().st_size / 1e6
        seconds = timing.in_turns(runtimes, options.rounds)
    height, width = options.size
    print(f"{height}x{width}, {options.threads} threads, untrained or given\n")
    print(
        markdown.head(
            "decoder", "weights", "MB int8", "ms int8", "ms float32", "logits"
        )
    )
    for name, network in every.items():
        row = [network.count_params(), f"{sizes[name, 'int8']:.2f}"]
        for precision in ("int8", "float32"):
            times = seconds[name, precision]
            row.append(f"{1000 * statistics.median(times):.1f}")
        logits = Ensemble([network]).logits(images[:1].astype(np.float32))[0]
        print(
            markdown.row(
                f"`{name}`", *row, "x".join(map(str, logits.shape[1:3]))
            )
        )


def segmenters(options):
    """Networks by name: those in files, or untrained ones."""
    if options.models:
        for path in options.models:
            segmenter, facts = load_segmenter(path)
            yield f"{facts.get('decoder', 'deeplab_v2')} of {path}", segmenter
        return
    for decoder in options.decoders:
        settings = TrainSettings(
            backbone=options.backbone, decoder=decoder, weights="none"
        )
        yield decoder, networks.make_segmenter(settings, options.classes)


def artefacts(network, images, size, folder):
    """A float32 and an int8 file of a network."""
    source = folder / f"graph_{id(network)}"
    write_fixed_shape(Ensemble([network]), size, source)
    exact = converter.convert(source, "float32")
    if quantizer.quantizer_library():
        int8 = quantizer.quantize(exact, "int8", images)
    else:
        int8 = converter.convert(source, "int8", lambda: images)
    for precision, model in (("float32", exact), ("int8", int8)):
        file = folder / f"{id(network)}_{precision}.tflite"
        file.write_bytes(model)
        yield precision, file


if __name__ == "__main__":
    main()
