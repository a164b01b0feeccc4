"""A plain DeepLab-v2 on ResNet-101 in PyTorch, to compare speed with.

    python benchmarks/beside_torch/deeplab.py HEIGHT WIDTH CLASSES THREADS

reads lines from standard input; each runs one uint8 image to a class map and
prints the milliseconds. The arithmetic is that of this package's network:
strides on the first 1x1 convolution of a stage, dilations 2 and 4, max-pooling
that rounds up, four dilated classifiers, logits resized with aligned corners,
arg-max. Weights are random; they have no say in how long it takes.

It needs torch and nothing of this package, so it can run in an environment of
its own.
"""

import sys
import time

import torch
from torch import nn
from torch.nn import functional

BLOCKS = (3, 4, 23, 3)
STRIDES = (1, 2, 1, 1)
DILATIONS = (1, 1, 2, 4)
MEAN = (104.00698793, 116.66876762, 122.67891434)


class Bottleneck(nn.Module):
    """1x1, dilated 3x3, 1x1 to four times the width, and a shortcut."""

    def __init__(self, inputs, width, stride, dilation):
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            *_convolution(inputs, width, stride=stride),
            nn.ReLU(inplace=True),
            *_convolution(width, width, 3, padding=dilation, dilation=dilation),
            nn.ReLU(inplace=True),
            *_convolution(width, outputs),
        )
        self.shortcut = nn.Identity()
        if inputs != outputs:
            self.shortcut = nn.Sequential(
                *_convolution(inputs, outputs, stride=stride)
            )

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x))


class DeepLabV2(nn.Module):
    """From RGB images `(1, H, W, 3)`, uint8, to classes `(1, H, W)`."""

    def __init__(self, num_classes):
        super().__init__()
        layers = [
            *_convolution(3, 64, 7, stride=2, padding=3),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True),
        ]
        inputs = 64
        for stage, num_blocks in enumerate(BLOCKS):
            width = 64 * 2**stage
            for index in range(num_blocks):
                stride = STRIDES[stage] if index == 0 else 1
                block = Bottleneck(inputs, width, stride, DILATIONS[stage])
                layers.append(block)
                inputs = 4 * width
        self.backbone = nn.Sequential(*layers)
        self.classifiers = nn.ModuleList(
            nn.Conv2d(inputs, num_classes, 3, padding=d, dilation=d)
            for d in (6, 12, 18, 24)
        )

    def forward(self, image):
        x = image.flip(-1).float() - torch.tensor(MEAN)
        features = self.backbone(x.permute(0, 3, 1, 2).contiguous())
        logits = sum(classify(features) for classify in self.classifiers)
        scores = functional.interpolate(
            logits, image.shape[1:3], mode="bilinear", align_corners=True
        )
        return scores.argmax(1).to(torch.uint8)


def _convolution(inputs, outputs, kernel=1, **options):
    return (
        nn.Conv2d(inputs, outputs, kernel, bias=False, **options),
        nn.BatchNorm2d(outputs),
    )


def main(height: str, width: str, num_classes: str, threads: str) -> None:
    """Answers each line with the milliseconds of one image."""
    torch.set_num_threads(int(threads))
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    model = DeepLabV2(int(num_classes)).eval()
    size = (1, int(height), int(width), 3)
    image = torch.randint(0, 256, size, dtype=torch.uint8)
    with torch.inference_mode():
        model(image)
        print("ready", flush=True)
        for _ in sys.stdin:
            start = time.perf_counter()
            model(image)
            print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
