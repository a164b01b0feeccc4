"""Where a model server listens, and which of its two interfaces is meant."""

import dataclasses
import urllib.parse

SCHEMES = ("grpc", "grpcs", "http", "https")
DEFAULT_PORTS = {"grpc": 8500, "grpcs": 443, "http": 8501, "https": 443}
REST_PORT = 8501


@dataclasses.dataclass(frozen=True)
class Address:
    """A server's address.

    Args:
        scheme: "grpc" or "http" (REST), with an "s" for TLS.
        host: Its name or IP address.
        port: From 1 to 65535.
    """

    scheme: str
    host: str
    port: int

    @property
    def is_rest(self) -> bool:
        return self.scheme.startswith("http")

    @property
    def is_secure(self) -> bool:
        return self.scheme.endswith("s")

    @property
    def host_and_port(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self):
        return f"{self.scheme}://{self.host_and_port}"


def parse_address(text: str) -> Address:
    """Reads `--server`: HOST, HOST:PORT or SCHEME://HOST:PORT.

    Without a scheme it is gRPC, except on port 8501, where TensorFlow
    Serving speaks REST.

    >>> str(parse_address("gpu-box"))
    'grpc://gpu-box:8500'
    >>> str(parse_address("gpu-box:8501"))
    'http://gpu-box:8501'

    Raises:
        ValueError: If it is anything else.
    """
    try:
        parts = urllib.parse.urlsplit(text if "://" in text else f"//{text}")
        port = parts.port
    except ValueError:
        raise _unreadable(text) from None
    scheme = parts.scheme or ("http" if port == REST_PORT else "grpc")
    beyond = parts.path.strip("/") or parts.query or parts.fragment
    usable = scheme in SCHEMES and port != 0 and parts.username is None
    if not usable or not parts.hostname or beyond:
        raise _unreadable(text)
    return Address(scheme, parts.hostname, port or DEFAULT_PORTS[scheme])


def _unreadable(text):
    return ValueError(
        f"Cannot read the server's address {text!r}; expected HOST:PORT, "
        "'localhost:8500' say, or with a scheme of "
        f"{', '.join(SCHEMES)}: 'http://localhost:8501'."
    )
