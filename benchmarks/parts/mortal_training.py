"""Commands that die when they are told to, each in a process of its own.

    python -m benchmarks.parts.mortal_training

reads one JSON object a line, `{"settings": {...}, "network": "small",
"signal": 9, "event": 17, "delay": 0.0, "seconds": null}`, trains in a forked
process and answers `{"status": -9, "events": 16, "seconds": 3.2}`. Forking
spares each of them the import of TensorFlow; nothing has run in it by then.
With "arguments" and "folder" in place of settings and network it runs that
command line and counts what happens in that folder.

Events are what a process does to the files of its run: it opens, makes,
renames and removes them. At the event of that number, or `delay` seconds
later, or `seconds` after the start, the process gets the signal.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

# More threads add the same numbers in another order.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras

from tf_advseg import cli
from tf_advseg.base.conventions import PYRAMID
from tf_advseg.base.fields import parse_size
from tf_advseg.base.process import launch
from tf_advseg.commands import train as training_command
from tf_advseg.experiment import networks
from tf_advseg.networks.decoders.two_scales import on_two_scales
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.settings.train import TrainSettings

EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}


class Fate:
    """Counts events and sends the signal when it is time."""

    def __init__(self, order: dict):
        self.events = 0
        self._folder = order.get("folder") or order["settings"]["run"]
        self._signal = order["signal"]
        self._event = order["event"]
        self._delay = order["delay"]
        self._pid = os.getpid()
        sys.addaudithook(self._hear)
        if order["seconds"] is not None:
            self._die(order["seconds"])

    def _hear(self, name, arguments):
        if name not in EVENTS or not arguments:
            return
        if os.getpid() != self._pid:
            return
        if str(arguments[0]).startswith(self._folder):
            self.events += 1
            if self.events == self._event:
                self._die(self._delay)

    def _die(self, delay):
        if delay:
            arguments = (self._pid, self._signal)
            timer = threading.Timer(delay, os.kill, arguments)
            timer.daemon = True
            timer.start()
        else:
            os.kill(self._pid, self._signal)


def small_segmenter(settings: TrainSettings, num_classes: int) -> keras.Model:
    """Two levels on a few filters, with statistics and random numbers."""
    images = keras.Input((None, None, 3), name="images")
    x = keras.layers.Rescaling(1 / 128, offset=-1)(images)
    x = keras.layers.Conv2D(8, 3, strides=4, padding="same", name="conv")(x)
    shallow = keras.layers.ReLU(name="relu")(BatchNorm("trainable")(x))
    x = keras.layers.Dropout(0.2, seed=settings.seed)(shallow)
    deep = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    outputs = {"features": deep}
    for level, grid in {"main": deep, "aux": shallow}.items():
        logits = keras.layers.Conv2D(num_classes, 1, name=f"{level}_logits")(
            grid
        )
        outputs[level] = CornersAlignedResize(name=level)([logits, images])
    if not settings.detail_window:
        return keras.Model(images, outputs, name="small")
    del outputs["aux"]
    return on_two_scales(
        keras.Model(images, outputs, name="small"),
        keras.Model(images, dict.fromkeys(PYRAMID, deep)),
        parse_size(settings.detail_window),
        channels=8,
    )


def live(order: dict, log: Path) -> int:
    """One training, to its end or to its death."""
    if order["network"] == "small":
        networks.make_segmenter = small_segmenter
    fate = Fate(order)
    settings = TrainSettings(**order["settings"])
    with open(log, "a", encoding="utf-8") as file:

        def write(line):
            print(line, file=file, flush=True)

        try:
            status = training_command.run(settings, write)
        except Exception as error:
            write(f"error: {type(error).__name__}: {error}")
            status = 1
        write(f"events: {fate.events}")
    return status


def live_command(order: dict, log: Path) -> int:
    """One command line, to its end or to its death."""
    fate = Fate(order)
    with open(log, "a", encoding="utf-8") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
        status = cli.main(order["arguments"])
        print(f"events: {fate.events}", flush=True)
    return launch.end_at_once(status)


def main() -> None:
    """Reads orders, forks, and answers how each life ended."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        log = Path(order["log"])
        begun = time.monotonic()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                is_command = "arguments" in order
                status = (live_command if is_command else live)(order, log)
            finally:
                os._exit(status)
        _, ended = os.waitpid(pid, 0)
        answer = {
            "status": os.waitstatus_to_exitcode(ended),
            "seconds": time.monotonic() - begun,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
