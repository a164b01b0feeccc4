"""One update of ADVENT in plain PyTorch, to compare speed and memory with.

    python benchmarks/beside_torch/training.py '{"network": "resnet101", ...}'

reads lines from standard input; each makes one update and prints the
milliseconds. The facts it takes are those of `benchmarks.training_torch`.
The arithmetic is this package's: the same layers, both levels, entropy maps
at the image's size, and the order of the paper's program (section 4.2 of arXiv
1811.12833): the source's loss, the target's, then both discriminators'.

It needs torch, and timm for the small network; nothing of this package.
"""

import json
import math
import sys
import time

import torch
from deeplab import DeepLabV2
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode
from torch.utils.flop_counter import conv_flop_count

WEIGHTS = {"main": (1.0, 1e-3), "aux": (0.1, 2e-4)}
"""By level: of the loss on the source, and of the adversarial one."""
SOURCE, TARGET = 0.0, 1.0


class TwoLevels(nn.Module):
    """A backbone's two deep levels, four dilated classifiers on each."""

    def __init__(self, network: str, num_classes: int):
        super().__init__()
        if network == "resnet101":
            whole = DeepLabV2(num_classes)
            self.body, widths = whole.backbone, (1024, 2048)
            self.aux_at = len(self.body) - 4
        else:
            import timm

            self.body = timm.create_model(
                "tf_efficientnet_lite0",
                features_only=True,
                output_stride=16,
                out_indices=(3, 4),
            )
            widths, self.aux_at = (112, 320), None
        self.heads = nn.ModuleList(
            nn.ModuleList(
                nn.Conv2d(width, num_classes, 3, padding=d, dilation=d)
                for d in (6, 12, 18, 24)
            )
            for width in widths
        )

    def forward(self, images):
        if self.aux_at is None:
            levels = self.body(images)
        else:
            aux = self.body[: self.aux_at + 1](images)
            levels = (aux, self.body[self.aux_at + 1 :](aux))
        maps = {}
        for name, features, head in zip(
            ("aux", "main"), levels, self.heads, strict=True
        ):
            logits = sum(branch(features) for branch in head)
            maps[name] = functional.interpolate(
                logits.float(),
                images.shape[2:],
                mode="bilinear",
                align_corners=True,
            )
        return maps


def discriminator(num_classes: int) -> nn.Sequential:
    """Five 4x4 convolutions, as DCGAN's without batch norm."""
    layers, inputs = [], num_classes
    for outputs in (64, 128, 256, 512):
        layers += [nn.Conv2d(inputs, outputs, 4, 2, 1), nn.LeakyReLU(0.2)]
        inputs = outputs
    return nn.Sequential(*layers, nn.Conv2d(inputs, 1, 4, 2, 1))


def information(logits):
    """Weighted self-information, equation 4: -p log p / log C."""
    probability = functional.softmax(logits, 1)
    scale = math.log(logits.shape[1])
    return -probability * torch.log(probability + 1e-30) / scale


class Update:
    """The three optimizers' update on one batch of each domain."""

    def __init__(self, case: dict):
        self.dtype = getattr(torch, case["precision"])
        self.device = case.get("device", "cpu")
        self.segmenter = TwoLevels(case["network"], case["classes"])
        self.segmenter.to(self.device)
        if case["channels_last"]:
            self.segmenter.to(memory_format=torch.channels_last)
        self.segmenter.train(not case["frozen"])
        for module in self.segmenter.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.requires_grad_(not case["frozen"])
        self.judges = {
            name: discriminator(case["classes"]).to(self.device)
            for name in WEIGHTS
        }
        trained = [p for p in self.segmenter.parameters() if p.requires_grad]
        self.optimizers = [
            torch.optim.SGD(trained, 2.5e-4, momentum=0.9, weight_decay=5e-4),
            *(
                torch.optim.Adam(judge.parameters(), 1e-4, (0.9, 0.99))
                for judge in self.judges.values()
            ),
        ]
        size = (case["batch"], 3, case["height"], case["width"])
        layout = torch.channels_last if case["channels_last"] else None
        self.images = [
            torch.rand(size, device=self.device) * 255 - 127 for _ in range(2)
        ]
        if layout:
            self.images = [i.to(memory_format=layout) for i in self.images]
        shape = (size[0], *size[2:])
        self.labels = torch.randint(
            case["classes"], shape, dtype=torch.long, device=self.device
        )

    def _forward(self, network, images):
        is_half = self.dtype != torch.float32
        with torch.autocast(self.device, self.dtype, enabled=is_half):
            return network(images)

    def _verdict(self, name, maps, domain):
        found = self._forward(self.judges[name], maps).float()
        wanted = torch.full_like(found, domain)
        return functional.binary_cross_entropy_with_logits(found, wanted)

    def __call__(self) -> float:
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        self._train_judges(False)
        source = self._forward(self.segmenter, self.images[0])
        loss = sum(
            weight * functional.cross_entropy(source[name], self.labels)
            for name, (weight, _) in WEIGHTS.items()
        )
        loss.backward()
        target = self._forward(self.segmenter, self.images[1])
        sum(
            weight * self._verdict(name, information(target[name]), SOURCE)
            for name, (_, weight) in WEIGHTS.items()
        ).backward()
        self._train_judges(True)
        for maps, domain in ((source, SOURCE), (target, TARGET)):
            for name in WEIGHTS:
                seen = information(maps[name].detach())
                (self._verdict(name, seen, domain) / 2).backward()
        for optimizer in self.optimizers:
            optimizer.step()
        if self.device == "cuda":
            torch.cuda.synchronize()
        return float(loss.detach())

    def _train_judges(self, trained: bool) -> None:
        for judge in self.judges.values():
            judge.requires_grad_(trained)


def _backward_operations(
    gradient, images, kernel, *rest, out_shape=None, **kwargs
):
    """As many as forward, for images and for the kernel, if asked for.

    PyTorch's own count takes a depthwise kernel's gradient for a whole one's.
    """
    *_, transposed, _, _, wanted = rest
    forward = conv_flop_count(images, kernel, gradient, transposed=transposed)
    return forward * sum(wanted[:2])


def main(case: str) -> None:
    """Answers each line with the milliseconds of one update."""
    facts = json.loads(case)
    torch.set_num_threads(facts["threads"])
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    update = Update(facts)
    backward = {torch.ops.aten.convolution_backward: _backward_operations}
    with FlopCounterMode(display=False, custom_mapping=backward) as counter:
        update()
    for _ in range(2):
        update()
    said = {"operations": counter.get_total_flops(), "is": torch.__version__}
    print(json.dumps(said), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        update()
        print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
