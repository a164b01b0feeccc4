"""From a server's address to the service that speaks its language."""

from tf_advseg.export.client.address import Address
from tf_advseg.export.client.errors import extra_needed
from tf_advseg.export.client.service import Service


def connect(address: Address, model_name: str, *options, **named) -> Service:
    """Returns the model at an address; nothing is sent yet.

    Args:
        address: Where the server listens, and in which language.
        model_name: As in the server's models.config.
        *options: And `**named`: further arguments of `Service`.

    Raises:
        ValueError: If the extra `serving` is not installed.
    """
    with extra_needed():
        if address.is_rest:
            from tf_advseg.export.client.rest_service import (
                RestService as chosen,
            )
        else:
            from tf_advseg.export.client.grpc_service import (
                GrpcService as chosen,
            )
    return chosen(address, model_name, *options, **named)
