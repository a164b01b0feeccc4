"""Evaluation in plain PyTorch, to compare speed with.

    python benchmarks/beside_torch/evaluating.py '{"network": "resnet101", ...}'

reads lines from standard input; each evaluates all files once, as the programs
of AdaptSegNet and ADVENT do, and prints the milliseconds of processor time:
Pillow decodes and resizes (bicubic), BGR minus the mean, the main level's
logits resized to the label's size with aligned corners, arg-max, ids mapped
class by class, a histogram of both. The facts are those of
`benchmarks.evaluation_torch`. It needs what `training.py` needs, and Pillow.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from loader import IDS
from loader import MEAN
from PIL import Image
from torch.nn import functional
from training import TwoLevels


def evaluate(network: TwoLevels, data: Path, size: tuple[int, int]) -> float:
    """The mean IoU over the classes that occur."""
    num_classes = len(IDS)
    confusion = np.zeros((num_classes, num_classes), np.int64)
    for file in sorted((data / "leftImg8bit").rglob("*.png")):
        picture = Image.open(file).convert("RGB")
        picture = picture.resize(size[::-1], Image.BICUBIC)
        image = np.asarray(picture, np.float32)[:, :, ::-1] - MEAN
        image = torch.from_numpy(image.transpose((2, 0, 1)).copy())
        name = str(file).replace("leftImg8bit", "gtFine", 1)
        ids = np.asarray(
            Image.open(name.replace("leftImg8bit", "gtFine_labelIds"))
        )
        label = np.full(ids.shape, 255, np.uint8)
        for train_id, label_id in enumerate(IDS):
            label[ids == label_id] = train_id
        with torch.inference_mode():
            logits = functional.interpolate(
                main_level(network, image[None]),
                label.shape,
                mode="bilinear",
                align_corners=True,
            )
            classes = logits[0].argmax(0).numpy()
        known = label < num_classes
        index = num_classes * label[known].astype(int) + classes[known]
        confusion += np.bincount(index, minlength=num_classes**2).reshape(
            confusion.shape
        )
    right = np.diag(confusion)
    union = confusion.sum(0) + confusion.sum(1) - right
    return float((right[union > 0] / union[union > 0]).mean())


def main_level(network: TwoLevels, images: torch.Tensor) -> torch.Tensor:
    """Logits at the network's resolution; the other level is not computed."""
    features = network.body(images)
    if network.aux_at is None:
        features = features[-1]
    return sum(branch(features) for branch in network.heads[-1])


def main(case: str) -> None:
    """Answers each line with the milliseconds of one evaluation."""
    facts = json.loads(case)
    torch.set_num_threads(facts["threads"])
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    network = TwoLevels(facts["network"], len(IDS)).eval()
    if facts["channels_last"]:
        network.to(memory_format=torch.channels_last)
    data, size = Path(facts["data"]), (facts["height"], facts["width"])
    evaluate(network, data, size)
    print(json.dumps({"is": torch.__version__}), flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        evaluate(network, data, size)
        print(1000 * (time.process_time() - start), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
