"""The PyTorch half of `benchmarks.pipeline_torch`; knows nothing of ours.

    TORCH_PYTHON benchmarks/beside_torch/loader.py DATA WORKERS BATCHES

loads batches of one as the programs of AdaptSegNet and ADVENT do: a loader
for each domain; Pillow decodes and resizes, bicubic and nearest; ids are
mapped class by class; BGR, minus the mean, channels first, float32. Prints
images a second and seconds of processor time an image, as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torch.utils.data import Dataset

MEAN = np.array((104.00698793, 116.66876762, 122.67891434), np.float32)
SOURCE_SIZE, TARGET_SIZE = (1280, 720), (1024, 512)
WARM_UP = 4
IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
"""The label ids of the 19 classes."""

torch.set_num_threads(1)


class Images(Dataset):
    """Images, resized, and their labels if a folder of labels is given.

    Endless: the programs repeat their lists for as many steps as they make.
    """

    def __init__(self, images, size, labels=None):
        self.files = sorted(images.rglob("*.png"))
        self.size = size
        self.labels = labels

    def __len__(self):
        return 10**6

    def __getitem__(self, index):
        file = self.files[index % len(self.files)]
        picture = Image.open(file).convert("RGB")
        picture = picture.resize(self.size, Image.BICUBIC)
        image = np.asarray(picture, np.float32)[:, :, ::-1]
        image = (image - MEAN).transpose((2, 0, 1)).copy()
        if self.labels is None:
            return image
        ids = Image.open(self.labels / file.name)
        ids = np.asarray(ids.resize(self.size, Image.NEAREST), np.float32)
        label = np.full(ids.shape, 255, np.float32)
        for train_id, label_id in enumerate(IDS):
            label[ids == label_id] = train_id
        return image, label


def loaders(data: Path, workers: int) -> list:
    """An iterator for each domain, with its own workers."""
    gta5, cityscapes = data / "gta5", data / "cityscapes"
    domains = (
        Images(gta5 / "images", SOURCE_SIZE, gta5 / "labels"),
        Images(cityscapes / "leftImg8bit", TARGET_SIZE),
    )
    options = {"batch_size": 1, "shuffle": True, "num_workers": workers}
    return [iter(DataLoader(domain, **options)) for domain in domains]


def processor_seconds(pids: list[int]) -> float:
    """Processor time of this process and of others, from /proc."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    seconds = own.ru_utime + own.ru_stime
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
        ticks = fields.split()[11:13]
        seconds += sum(map(int, ticks)) / 100
    return seconds


def main() -> None:
    """Measures and prints."""
    data, workers, batches = Path(sys.argv[1]), *map(int, sys.argv[2:])
    both = loaders(data, workers)
    pids = [w.pid for one in both for w in getattr(one, "_workers", ())]
    for _ in range(WARM_UP):
        for one in both:
            next(one)
    clock, processor = time.perf_counter(), processor_seconds(pids)
    for _ in range(batches):
        for one in both:
            next(one)
    seconds = time.perf_counter() - clock
    used = processor_seconds(pids) - processor
    num_images = 2 * batches
    print(json.dumps([num_images / seconds, used / num_images]))


if __name__ == "__main__":
    main()
