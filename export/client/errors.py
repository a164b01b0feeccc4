"""What can go wrong between a client and a model server."""

import contextlib
from collections.abc import Iterator

from tf_advseg.base.checks import DataError


class UnavailableError(ConnectionError):
    """The server cannot be reached, or has too much to do: try again."""


class ServerError(ConnectionError):
    """The server will not serve any image as things stand."""


class ImageRefusedError(DataError):
    """The server answered that it cannot do this one image."""


@contextlib.contextmanager
def extra_needed() -> Iterator[None]:
    """Says how to install what an import inside it does not find."""
    try:
        yield
    except ImportError as error:
        raise ValueError(
            "The client needs the extra 'serving', which is not installed: "
            "pip install 'tf-advseg[serving]'."
        ) from error
