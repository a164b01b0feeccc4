"""What a model server does for a client, over whichever interface."""

import abc
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

import numpy as np

from tf_advseg.export.client.address import Address
from tf_advseg.export.client.errors import ImageRefusedError
from tf_advseg.export.client.errors import ServerError
from tf_advseg.export.client.errors import UnavailableError
from tf_advseg.export.serving.signatures import SIGNATURES

MEGABYTE = 2**20


class Service(abc.ABC):
    """A model at a server; safe to call from several threads.

    An interface sends and reads; what is asked, and what an answer that is
    none means, is the same over each.

    Args:
        address: Where the server listens.
        model_name: As in the server's models.config.
        model_version: A version's number; 0 is the newest.
        timeout: Seconds that one request may take.
        max_answer: Bytes that an answer may have.
    """

    unavailable: tuple = ()
    """The interface's codes for: a later try may succeed."""
    of_one_image: tuple = ()
    """Its codes for: the server cannot do this image."""

    def __init__(
        self,
        address: Address,
        model_name: str,
        model_version: int = 0,
        timeout: float = 30.0,
        max_answer: int = 256 * MEGABYTE,
    ):
        self._address, self._timeout = address, timeout
        self._name, self._version = model_name, model_version
        self._max_answer = max_answer

    def check(self, signature: str) -> None:
        """Returns if the model is served, with this signature.

        Raises:
            UnavailableError: If the server cannot be reached, or is loading.
            ServerError: If it does not have the model, or the model does not
                have the signature with its outputs.
        """
        where = f"{self._name!r} at {self._address}"
        if not self._is_loaded():
            raise UnavailableError(f"The model {where} is not loaded.")
        needed, found = SIGNATURES[signature][1], self._signatures()
        if not set(needed) <= set(found.get(signature, ())):
            raise ServerError(
                f"{where} has no signature {signature!r} with the outputs "
                f"{', '.join(needed)}; it has {_listed(found)}. Was it "
                "written by `tf_advseg export`?"
            )

    def predict(
        self, signature: str, value: bytes | np.ndarray, outputs: tuple
    ) -> dict[str, Any]:
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
        batch = [value] if isinstance(value, bytes) else value[np.newaxis]
        answer = self._ask(signature, SIGNATURES[signature][0], batch, outputs)
        try:
            return self._of_first(answer, outputs)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ServerError(
                f"{self._address} answered without a batch of "
                f"{', '.join(outputs)} ({error!r}). Is it our model?"
            ) from error

    @abc.abstractmethod
    def close(self) -> None:
        """Ends the connections."""

    @abc.abstractmethod
    def _is_loaded(self) -> bool:
        """Whether the server has the model ready."""

    @abc.abstractmethod
    def _signatures(self) -> Mapping[str, Iterable[str]]:
        """The outputs of each signature that the server has."""

    @abc.abstractmethod
    def _ask(self, signature, input_name, batch, outputs) -> Any:
        """Sends a batch of one and returns the answer as it came."""

    @abc.abstractmethod
    def _of_first(self, answer: Any, outputs: tuple) -> dict[str, Any]:
        """The first image's outputs; errors are those of any bad data."""

    def _error(self, code: Any, text: str) -> Exception:
        """What an answer with a code other than success means."""
        if code in self.unavailable:
            return UnavailableError(f"{self._address} is not available: {text}")
        if code in self.of_one_image:
            return ImageRefusedError(text)
        return ServerError(f"{self._address} does not serve: {text}")

    def _no_answer(self) -> Exception:
        return ImageRefusedError(
            f"no answer within {self._timeout:g} s (--timeout)"
        )


def _listed(found):
    parts = (
        f"{name} ({', '.join(sorted(outputs))})"
        for name, outputs in sorted(found.items())
    )
    return ", ".join(parts) or "none"
