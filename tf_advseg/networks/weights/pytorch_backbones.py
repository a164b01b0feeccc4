"""Initialises a backbone from a file with PyTorch's names.

For ImageNet files of torchvision or Caffe, and for the backbone of a
segmenter of the official programs. Two traps that no file warns of: Caffe's
networks expect BGR images with the means subtracted, torchvision's expect
normalised RGB ones (the backbone's option `preprocessing` says which), and
torchvision's ResNets have a stage's stride on its first 3x3 convolution,
where this package's have it on the 1x1 before: for them the weights are a
starting point, not the same network.
"""

from pathlib import Path

import keras

from tf_advseg.networks.weights import recognise
from tf_advseg.networks.weights.array_file import read_arrays
from tf_advseg.networks.weights.assign import assign
from tf_advseg.networks.weights.pytorch_names import backbone_of
from tf_advseg.networks.weights.torch.errors import WeightsError


def load_backbone(
    model: keras.Model, path: str | Path, origin: str | None = None
) -> str:
    """Fills a backbone; classifiers in the file are left out.

    Args:
        model: Made by the `build` of a backbone.
        path: A `.pth` or `.safetensors` file with PyTorch's names, with or
            without `module.` or `Scale.` before them.
        origin: What to call it in messages; its path by default.

    Returns:
        A short text that says where the weights came from.

    Raises:
        WeightsError: If the file is damaged or of another network; the
            model is unchanged then.
    """
    origin = origin or f"the checkpoint {str(path)!r}"
    arrays = recognise.strip_prefixes(read_arrays(path))
    naming = recognise.recognise(arrays, origin)
    expected = backbone_of(model)
    if expected is None or naming.network != expected.network:
        mark = expected.mark if expected else ""
        lacks = mark and mark not in arrays
        raise WeightsError(
            f"{origin} holds a {naming.network}; expected a {model.name}"
            + (f": it lacks {mark!r}." if lacks else ".")
        )
    unused = tuple(f"{head}." for head in naming.heads.values())
    if naming.kind == "backbone":
        unused = recognise.classifiers()
    slots = naming.slots(model)
    assign(slots, arrays, origin, lambda name: name.startswith(unused))
    return f"the {naming.kind} in {origin}"
