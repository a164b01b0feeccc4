"""Checkpoints with the names and shapes of the official programs.

Weights are drawn so that features stay near 1 through all layers.
"""

import math

import numpy as np
import torch_writer

BATCH_NORM = ("weight", "bias", "running_mean", "running_var")
VGG_CHANNELS = {
    0: (3, 64),
    2: (64, 64),
    5: (64, 128),
    7: (128, 128),
    10: (128, 256),
    12: (256, 256),
    14: (256, 256),
    17: (256, 512),
    19: (512, 512),
    21: (512, 512),
    23: (512, 512),
    25: (512, 512),
    27: (512, 512),
    29: (512, 1024),
    31: (1024, 1024),
}


def resnet(blocks=(1, 1, 1, 1), heads=None, counted=False):
    """Arrays of a ResNet, DeepLab-v2 if `heads` is given.

    Args:
        blocks: Bottlenecks a stage.
        heads: `{"layer6": (input channels, classes)}`, say.
        counted: Whether there are `num_batches_tracked`.
    """
    shapes = {"conv1.weight": (64, 3, 7, 7)}
    norms = {"bn1": 64}
    inputs = 64
    for stage, num_blocks in enumerate(blocks, start=1):
        width = 64 * 2 ** (stage - 1)
        for index in range(num_blocks):
            name = f"layer{stage}.{index}"
            shapes[f"{name}.conv1.weight"] = (width, inputs, 1, 1)
            shapes[f"{name}.conv2.weight"] = (width, width, 3, 3)
            shapes[f"{name}.conv3.weight"] = (4 * width, width, 1, 1)
            norms |= {f"{name}.bn1": width, f"{name}.bn2": width}
            norms[f"{name}.bn3"] = 4 * width
            if index == 0:
                shortcut = f"{name}.downsample"
                shapes[f"{shortcut}.0.weight"] = (4 * width, inputs, 1, 1)
                norms[f"{shortcut}.1"] = 4 * width
            inputs = 4 * width
    for name, channels in norms.items():
        shapes |= {f"{name}.{part}": (channels,) for part in BATCH_NORM}
        if counted:
            shapes[f"{name}.num_batches_tracked"] = ()
    return _draw(shapes | _heads(heads or {}))


def vgg(heads=None, torchvision=False):
    """Arrays of a VGG-16, with fc6 and fc7 or as torchvision numbers it."""
    shapes = {}
    for index, (inputs, outputs) in VGG_CHANNELS.items():
        if torchvision and index > 27:
            continue
        number = index + 1 if torchvision and index > 22 else index
        shapes[f"features.{number}.weight"] = (outputs, inputs, 3, 3)
        shapes[f"features.{number}.bias"] = (outputs,)
    return _draw(shapes | _heads(heads or {}))


def discriminator(num_classes, numbered):
    """Arrays of a discriminator, named by ADVENT or by AdaptSegNet."""
    names = ["0", "2", "4", "6", "8"]
    if not numbered:
        names = ["conv1", "conv2", "conv3", "conv4", "classifier"]
    channels = [num_classes, 64, 128, 256, 512, 1]
    shapes = {}
    for name, inputs, outputs in zip(
        names, channels[:-1], channels[1:], strict=True
    ):
        shapes[f"{name}.weight"] = (outputs, inputs, 4, 4)
        shapes[f"{name}.bias"] = (outputs,)
    return _draw(shapes)


def _heads(heads):
    shapes = {}
    for name, (inputs, num_classes) in heads.items():
        for index in range(4):
            branch = f"{name}.conv2d_list.{index}"
            shapes[f"{branch}.weight"] = (num_classes, inputs, 3, 3)
            shapes[f"{branch}.bias"] = (num_classes,)
    return shapes


def _draw(shapes):
    rng = np.random.default_rng(0)
    return {name: _draw_one(rng, name, shape) for name, shape in shapes.items()}


def _draw_one(rng, name, shape):
    if shape == ():
        return np.int64(7)
    if len(shape) == 4:
        scale = math.sqrt(2 / np.prod(shape[1:]))
        return rng.normal(0, scale, shape).astype(np.float32)
    if name.endswith((".running_var", ".weight")):
        return rng.uniform(0.5, 1.5, shape).astype(np.float32)
    return rng.normal(0, 0.1, shape).astype(np.float32)


def state_dict(arrays, prefix=""):
    """The same as `torch_writer` takes it."""
    state = {}
    for key, (name, array) in enumerate(arrays.items()):
        kind = "LongStorage" if array.dtype == np.int64 else "FloatStorage"
        numbers = np.atleast_1d(array).ravel()
        storage = torch_writer.Storage(str(key), kind, numbers)
        state[prefix + name] = torch_writer.tensor(storage, array.shape)
    return state


def write(folder, arrays, prefix="", name="model.pth"):
    content = torch_writer.zip_bytes(state_dict(arrays, prefix))
    return torch_writer.write(folder, content, name)
