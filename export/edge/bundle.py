"""Packs the runner into one file, `tf_advseg_edge.pyz`.

A zip application of the standard library (`zipapp`): Python runs it as it
is. The same sources give the same bytes on every machine: members are sorted,
stored without compression, and carry no times.
"""

from __future__ import annotations

import io
import zipapp
import zipfile
from pathlib import Path

from tf_advseg.base.files.atomic_file import atomic_path

FILE_NAME = "tf_advseg_edge.pyz"
_PACKAGE = "tf_advseg_edge"
_LEFT_OUT = ("bundle.py",)
_MAIN = f'''"""Starts the runner, if this Python is recent enough."""

import sys

if sys.version_info < (3, 9):
    sys.exit("error: tf_advseg_edge needs Python 3.9 or later.")

try:
    from {_PACKAGE}.cli import main
except ImportError as error:
    sys.exit(
        "error: %s. Install what the runner needs with `python -m pip install "
        "ai-edge-litert numpy pillow`." % error
    )

sys.exit(main())
'''


def write_bundle(path: str | Path) -> Path:
    """Writes the runner as one file; returns its path.

    Args:
        path: The file to make, or a folder that gets `tf_advseg_edge.pyz`.

    Example:
        write_bundle("runs/demo/export")
    """
    path = Path(path)
    if path.is_dir():
        path = path / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        zipapp.create_archive(
            io.BytesIO(_zip_of_modules()),
            temporary,
            interpreter="/usr/bin/env python3",
        )
    return path


def _zip_of_modules() -> bytes:
    folder = Path(__file__).parent
    modules = sorted(folder.rglob("*.py"))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "__main__.py", _MAIN)
        for module in modules:
            if module.name not in _LEFT_OUT:
                text = module.read_text(encoding="utf-8")
                name = module.relative_to(folder).as_posix()
                _add(archive, f"{_PACKAGE}/{name}", text)
    return content.getvalue()


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    # The earliest time that a zip can hold: that of no machine.
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.create_system = 3  # Unix, on whatever system it is made
    member.external_attr = 0o644 << 16
    archive.writestr(member, text)
