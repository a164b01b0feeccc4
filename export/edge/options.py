"""The command line: what the user asks for, in one argparse parser."""

from __future__ import annotations

import argparse

from .errors import USER_ERROR
from .errors import EdgeError

_DESCRIPTION = """\
Runs a .tflite exported by tf_advseg on a device: images, a video, a camera or
a pipe of frames to class maps and overlays. Standard output carries one JSON
object a line: the drift signal of each interval, and a summary at the end.
"""

_EPILOG = """\
inputs:
  photo.jpg  photos/  'photos/**/*.png'     images (corrupt ones are skipped)
  drive.mp4  camera:0  rtsp://...           with OpenCV installed
  - --frames mjpeg                          JPEGs, one after the other, piped
  - --frames rgb24:640x480                  bare RGB frames, width x height

exit status:
  0 all went well; 1 the user can mend it, or no frame could be predicted;
  3 some frames were skipped; 4 drift alarm (with --fail-on-drift);
  130 interrupted
"""


class _Parser(argparse.ArgumentParser):
    """Fails as the rest of the runner does: one sentence, status 1."""

    def error(self, message):
        self.exit(USER_ERROR, f"error: {message} (see --help)\n")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Returns the options; ends the process for --help or a wrong one."""
    parser = _Parser(
        prog="tf_advseg_edge.pyz",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", help="the exported .tflite")
    parser.add_argument(
        "input", nargs="?", help="see below; without: what the model is"
    )
    _add_pictures(parser)
    _add_network(parser)
    _add_drift(parser)
    return parser.parse_args(arguments)


def _add_pictures(parser):
    group = parser.add_argument_group("pictures")
    group.add_argument("--out", help="folder for the pictures; without: none")
    group.add_argument(
        "--save", default="ids,overlay", help="which (default: %(default)s)"
    )
    group.add_argument(
        "--frames", default="", help="what a pipe carries, see below"
    )
    group.add_argument("--limit", type=int, help="stop after so many frames")


def _add_network(parser):
    group = parser.add_argument_group("network")
    group.add_argument("--threads", type=int, default=2, help="(default: 2)")
    group.add_argument(
        "--warm-up",
        type=int,
        default=3,
        help="inferences before the first frame, not measured (default: 3)",
    )
    group.add_argument(
        "--tile",
        action="store_true",
        help="cut large images into tiles instead of scaling them down",
    )
    group.add_argument(
        "--overlap",
        type=float,
        default=0.25,
        help="share of a tile's side that neighbours share (default: 0.25)",
    )


def _add_drift(parser):
    group = parser.add_argument_group("drift signal")
    group.add_argument(
        "--drift",
        default="-",
        metavar="FILE",
        help="where its lines go: a file that is added to, - (standard "
        "output, default) or none",
    )
    group.add_argument(
        "--interval",
        type=int,
        default=1000,
        help="frames a line (default: 1000)",
    )
    group.add_argument(
        "--threshold",
        type=float,
        default=0.2,
        help="PSI over which there is an alarm (default: 0.2)",
    )
    group.add_argument(
        "--fail-on-drift",
        action="store_true",
        help="exit status 4 if there was an alarm",
    )
    group.add_argument(
        "--record-reference",
        metavar="FILE",
        help="write these images' statistics as a reference",
    )
    group.add_argument(
        "--reference",
        metavar="FILE",
        help="compare with such a file instead of the model's own",
    )


def frame_format(text: str) -> tuple[int, int] | None:
    """Reads `--frames`: (H, W) of bare RGB frames, None for JPEGs.

    Raises:
        EdgeError: If it is neither.
    """
    if text == "mjpeg":
        return None
    kind, _, size = text.partition(":")
    width, _, height = size.partition("x")
    numbers = width.isdecimal() and height.isdecimal()
    if kind == "rgb24" and numbers and int(width) * int(height) > 0:
        return int(height), int(width)
    raise EdgeError(
        f"A pipe needs --frames mjpeg or --frames rgb24:WIDTHxHEIGHT; received "
        f"{text!r}."
    )
