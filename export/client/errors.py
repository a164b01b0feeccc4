"""What can go wrong between a client and a model server."""

from tf_advseg.base.checks import DataError


class UnavailableError(ConnectionError):
    """The server cannot be reached, or has too much to do: try again."""


class ServerError(ConnectionError):
    """The server will not serve any image as things stand."""


class ImageRefusedError(DataError):
    """The server answered that it cannot do this one image."""
