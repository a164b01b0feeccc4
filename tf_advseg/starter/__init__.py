"""The model that comes with the package, so that commands have one at once.

`streets/` holds an int8 `.tflite` of the embedded streets, with its card,
classes and licence; `python -m benchmarks.starter_model` makes all of it. The
model is called by the folder's name, `--model=streets`; a file or folder of
that name in the working directory goes before it, as any path does.
"""

from pathlib import Path

NAME = "streets"
FILE = Path(__file__).parent / NAME / "model_int8.tflite"
ABOUT = (
    f"Model: {NAME}, which comes with tf_advseg. It learned from drawn "
    "streets, not from photographs: expect poor maps of photos until you train "
    "your own and give --model=RUN."
)


def is_meant(model: str) -> bool:
    """Whether a name stands for this model, and for nothing on the disk."""
    return model == NAME and not Path(model).exists()


def find(model: str) -> str:
    """The path that the name of a model stands for; others stay as they are.

    >>> find("runs/monday")
    'runs/monday'
    """
    return str(FILE) if is_meant(model) else model
