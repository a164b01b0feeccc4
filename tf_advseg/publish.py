"""Publishes an exported model for a server: TensorFlow Serving, ModelArts.

    python -m tf_advseg.export --run=runs/RUN
    python -m tf_advseg.publish --run=runs/RUN --out=serving
    cd serving && docker compose up -d

The folder holds numbered versions, the server's configuration with comments,
a compose file with a health check, and a README for the person who runs it.
A running server picks up a new version by itself and never sees half of one.

    python -m tf_advseg.publish --run=runs/RUN --platform=modelarts --out=ma

writes the folder that Huawei Cloud's ModelArts imports, and a container that
serves on port 8080.
"""

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.publish import PublishSettings

config.define_flags(PublishSettings)


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import publish as publish_command

    settings = config.settings_from_flags(PublishSettings)
    return publish_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
