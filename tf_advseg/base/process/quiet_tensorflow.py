"""TensorFlow without its start-up notices, for whoever imports it after us.

A dozen lines about oneDNN and missing GPUs would stand before a newcomer's
first message, and no Python setting removes them: they go straight to file
descriptor 2. It is closed off while TensorFlow is imported and looks for
devices; Python's own errors are raised as always. Set TF_CPP_MIN_LOG_LEVEL to
0, 1 or 2 to see what TensorFlow says.
"""

import contextlib
import importlib.abc
import importlib.util
import os
import sys
from collections.abc import Iterator

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
_ERRORS_ONLY = "3"


def hush() -> None:
    """Has the first import of TensorFlow in this process be a quiet one."""
    wanted = os.environ.setdefault(_LEVEL, _ERRORS_ONLY)
    if wanted >= _ERRORS_ONLY and "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _Finder())


def import_quietly() -> None:
    """Imports TensorFlow now, in a process that runs a command of ours.

    Keras, which comes with it, does without Matplotlib and scikit-learn: its
    pictures and wrappers, which no command uses, would cost each start a
    second where these are installed. Others can import both afterwards.
    """
    with _hidden("matplotlib", "sklearn"):
        import tensorflow  # noqa: F401


@contextlib.contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """As if packages that are not imported yet were not installed."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # pyright: ignore[reportArgumentType]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


class _Finder(importlib.abc.MetaPathFinder):
    """Finds TensorFlow once, as others do, and has it loaded quietly."""

    def find_spec(self, fullname, path, target=None):
        if fullname != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(importlib.abc.Loader):
    """Loads as another one does, who is the module's loader from then on."""

    def __init__(self, other: importlib.abc.Loader):
        self._other = other

    def create_module(self, spec):
        self._spec = spec
        return self._other.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = self._spec.loader = self._other
        with _without_descriptor_2():
            self._other.exec_module(module)
            module.config.list_physical_devices()


@contextlib.contextmanager
def _without_descriptor_2() -> Iterator[None]:
    if sys.stderr is not None:
        sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
