"""Evaluates a trained model on a labelled split: IoU, means, confusion.

    python -m tf_advseg.evaluate --model=runs/20250101-advent \\
        --target=photos --split=val --out=evaluation

Images are resized to the model's evaluation size, logits directly to the
size of each label, and one confusion matrix is filled over the whole split;
a class that occurs neither in the labels nor in the predictions is in no
mean. The official protocol on Cityscapes is --size=512x1024; means over 19,
16 and 13 classes come from the one pass. Without labels, entropy and class
shares of the predictions are shown. The exit status is 3 if images were
skipped.
"""

from absl import flags

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.model import EvaluateSettings

config.define_flags(EvaluateSettings)
flags.DEFINE_alias("expect-data", "expect_data")


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import evaluate as evaluation_command

    settings = config.settings_from_flags(EvaluateSettings)
    return evaluation_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
