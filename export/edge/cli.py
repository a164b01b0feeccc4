"""What the runner does, from the command line to its exit status."""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from . import errors
from .artefact import Artefact
from .artefact import read_artefact
from .errors import EdgeError
from .images.files import VIDEO_SUFFIXES
from .images.files import find_images
from .images.frames import Frame
from .images.frames import frames_of_files
from .images.frames import frames_of_mjpeg
from .images.frames import frames_of_raw
from .images.frames import frames_of_video
from .images.tiling import check_overlap
from .images.tiling import predict_tiles
from .images.tiling import predict_whole
from .network import Network
from .options import frame_format
from .options import parse
from .run import Run
from .run import warm_up
from .temporary import temporary_path
from .watching.drift import DriftMonitor
from .watching.drift import read_reference
from .watching.statistics import Statistics
from .writing import PredictionWriter
from .writing import parse_kinds


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    options = parse(arguments)
    try:
        return _run(options)
    except BrokenPipeError:
        # Whoever read our lines is gone; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.USER_ERROR
    except (EdgeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return errors.USER_ERROR
    except KeyboardInterrupt:
        return errors.INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    artefact = read_artefact(options.model)
    if options.input is None:
        print(json.dumps(artefact.metadata, indent=1))
        return errors.OK
    # What can be wrong fails before the network is loaded.
    _check_numbers(options)
    kinds = parse_kinds(options.save)
    monitor = _monitor(options, artefact)
    frames = _frames(options)
    network = Network(artefact, options.threads)
    warm_up(network, artefact.size, options.warm_up)
    cut = functools.partial(predict_tiles, overlap=options.overlap)
    with _lines(options.drift) as emit:
        run = Run(
            functools.partial(
                cut if options.tile else predict_whole,
                network.predict,
                size=artefact.size,
            ),
            emit,
            _writer(options, kinds, artefact),
            monitor,
            Statistics(len(artefact.classes))
            if options.record_reference
            else None,
            options.limit,
        )
        interrupted = _until_interrupted(run, frames)
    if options.record_reference and run.num_predicted:
        _write_reference(run, options)
    return errors.INTERRUPTED if interrupted else _status(run, options)


def _check_numbers(options):
    check_overlap(options.overlap)
    wanted = [
        ("--threads", options.threads, 1),
        ("--warm-up", options.warm_up, 0),
    ]
    if options.limit is not None:
        wanted.append(("--limit", options.limit, 1))
    for name, value, low in wanted:
        if value < low:
            raise EdgeError(f"Expected {name} >= {low}; received {value}.")


def _monitor(options, artefact: Artefact) -> DriftMonitor | None:
    if options.drift == "none":
        return None
    reference = artefact.reference
    if options.reference:
        reference = read_reference(options.reference)
    if reference is None:
        print(
            "note: the model holds no reference, so there is no drift signal; "
            "record one with --record-reference.",
            file=sys.stderr,
        )
        return None
    return DriftMonitor(
        artefact.classes, reference, options.interval, options.threshold
    )


def _frames(options) -> Iterator[Frame]:
    """The source that INPUT names; files are looked for at once."""
    where = options.input
    if where == "-":
        size = frame_format(options.frames)
        if size is None:
            return frames_of_mjpeg(sys.stdin.buffer)
        return frames_of_raw(sys.stdin.buffer, size)
    if where.startswith("camera:") and where[7:].isdecimal():
        return frames_of_video(int(where[7:]))
    if "://" in where or Path(where).suffix.lower() in VIDEO_SUFFIXES:
        return frames_of_video(where)
    out = Path(options.out) if options.out else None
    return frames_of_files(find_images(where, leave_out=out))


def _writer(options, kinds, artefact) -> PredictionWriter | None:
    if not options.out:
        return None
    return PredictionWriter(Path(options.out), kinds, artefact)


@contextlib.contextmanager
def _lines(drift: str):
    """Gives the function that writes one JSON object a line."""
    with contextlib.ExitStack() as opened:
        file = None
        if drift not in ("-", "none"):
            Path(drift).parent.mkdir(parents=True, exist_ok=True)
            file = opened.enter_context(open(drift, "a", encoding="utf-8"))

        def emit(line):
            to_file = file is not None and line["event"] == "drift"
            # Flushed, since whoever watches the device wants it now.
            print(json.dumps(line), file=file if to_file else None, flush=True)

        yield emit


def _until_interrupted(run: Run, frames: Iterator[Frame]) -> bool:
    """Processes frames; what was counted is told after Ctrl-C too."""
    # A service manager stops with SIGTERM: the same to us as Ctrl-C.
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    interrupted = False
    try:
        run.process(frames)
    except KeyboardInterrupt:
        interrupted = True
    run.finish()
    return interrupted


def _write_reference(run: Run, options) -> None:
    assert run.recorded is not None
    reference = run.recorded.to_reference(str(options.input), "recorded")
    path = Path(options.record_reference)
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_path(path) as temporary:
        temporary.write_text(json.dumps(reference) + "\n", encoding="utf-8")


def _status(run: Run, options) -> int:
    if not run.num_predicted:
        print(
            f"error: none of the {run.num_skipped} frames of "
            f"{options.input!r} could be predicted.",
            file=sys.stderr,
        )
        return errors.USER_ERROR
    if run.num_skipped:
        print(f"Skipped {run.num_skipped} frames.", file=sys.stderr)
    if options.fail_on_drift and run.monitor and run.monitor.num_alarms:
        return errors.DRIFT_ALARM
    return errors.SKIPPED_FRAMES if run.num_skipped else errors.OK
