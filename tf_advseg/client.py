"""Sends images to a model server; saves class maps and overlays.

    python -m tf_advseg.client --server=localhost:8500 \\
        --classes=serving/tf_advseg.json --input=photos --out=predictions

The server is TensorFlow Serving with a folder of `tf_advseg.publish`; port
8500 speaks gRPC, 8501 REST. Outputs lie as those of `tf_advseg.predict`. An
image that cannot be read or is refused is named, skipped and counted: the
exit status is 3 then. While the server is not available the client tries
again, after longer and longer waits.
"""

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.client import ClientSettings

config.define_flags(ClientSettings)


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import client as client_command

    settings = config.settings_from_flags(ClientSettings)
    return client_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
