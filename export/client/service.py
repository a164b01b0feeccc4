"""What both of a model server's interfaces can do for a client."""

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Protocol

import numpy as np

from tf_advseg.export.client.address import Address
from tf_advseg.export.client.errors import ServerError
from tf_advseg.export.serving.signatures import SIGNATURES

MEGABYTE = 2**20


class Service(Protocol):
    """A model at a server; safe to call from several threads."""

    def check(self, signature: str) -> None:
        """Returns if the model is served, with this signature.

        Raises:
            UnavailableError: If the server cannot be reached, or is loading.
            ServerError: If it does not have the model, or the model does not
                have the signature with its outputs.
        """

    def predict(
        self, signature: str, value: bytes | np.ndarray, outputs: tuple
    ) -> dict[str, object]:
        """Asks for one image.

        Args:
            signature: Of `tf_advseg.export.serving.signatures.SIGNATURES`.
            value: Encoded bytes, or uint8 `(H, W, 3)`, as it takes.
            outputs: The outputs wanted.

        Returns:
            The outputs by name: bytes, numbers or arrays, of the one image.

        Raises:
            UnavailableError: If a later try may succeed.
            ImageRefusedError: If the server cannot do this image.
            ServerError: If it can do none.
        """

    def close(self) -> None:
        """Ends the connections."""


def check_outputs(
    model: str, signature: str, found: Mapping[str, Iterable[str]]
) -> None:
    """Raises `ServerError` unless a signature has the outputs it needs.

    Args:
        model: The model and where it is, for the message.
        signature: The signature that will be asked.
        found: The outputs of each signature that the server has.
    """
    needed = SIGNATURES[signature][1]
    if set(needed) <= set(found.get(signature, ())):
        return
    raise ServerError(
        f"{model} has no signature {signature!r} with the outputs "
        f"{', '.join(needed)}; it has {_listed(found)}. Was it written by "
        "`python -m tf_advseg.export`?"
    )


def _listed(found):
    parts = (
        f"{name} ({', '.join(sorted(outputs))})"
        for name, outputs in sorted(found.items())
    )
    return ", ".join(parts) or "none"


def connect(
    address: Address,
    model_name: str,
    model_version: int = 0,
    timeout: float = 30.0,
    max_answer: int = 256 * MEGABYTE,
) -> Service:
    """Returns the model at an address; nothing is sent yet.

    Args:
        address: Where the server listens, and in which language.
        model_name: As in the server's models.config.
        model_version: A version's number; 0 is the newest.
        timeout: Seconds that one request may take.
        max_answer: Bytes that an answer may have.

    Raises:
        ValueError: If gRPC is asked for and the extra `serving` is not
            installed.
    """
    if address.is_rest:
        from tf_advseg.export.client.rest_service import RestService as chosen
    else:
        from tf_advseg.export.client.grpc_service import GrpcService as chosen
    return chosen(address, model_name, model_version, timeout, max_answer)
