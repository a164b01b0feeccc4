"""What `tf_advseg register` does, once its flags are settings."""

from collections.abc import Callable

from tf_advseg.model_registry.registering import register_model
from tf_advseg.settings.register import RegisterSettings


def run(
    settings: RegisterSettings, write: Callable[[str], None] = print
) -> int:
    """Registers a model; returns the exit status.

    Args:
        settings: What to register, and where.
        write: Where the report goes.
    """
    register_model(
        [path.strip() for path in settings.model.split(",")],
        settings.name,
        settings.registry,
        settings.alias,
        settings.ungated,
        write,
    )
    return 0
