"""The domain pairs of the selection benchmark and how their runs are made.

The real images are no part of this repository. --data names a folder with
`airsim_to_camvid/source` (AirSim Neighborhood), `airsim_to_camvid/target`
(CamVid: train, dev) and `idd_lite` (IDD-Lite: train), each with images/ and
labels/; a published figure needs none of their test splits.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.parts import runs

METHODS = ("source_only", "advent", "minent")
STREETS = "streets"
REAL_PAIRS = {
    "airsim-camvid": {
        "source": "airsim_to_camvid/source",
        "target": "airsim_to_camvid/target",
        "classes": "configs/airsim_camvid.yaml",
        "target_classes": "configs/airsim_camvid.yaml",
        "source_size": "144x256",
        "target_size": "240x320",
        "crop": "144x240",
        "min_scale": "1",
        "max_scale": "2.5",
        "color_jitter": "0.4",
    },
    "camvid-idd": {
        "source": "airsim_to_camvid/target",
        "target": "idd_lite",
        "classes": "configs/camvid_as_idd_lite.yaml",
        "target_classes": "configs/idd_lite.yaml",
        "source_size": "192x256",
        "target_size": "176x256",
        "crop": "160x224",
    },
}
"""Settings by the pair's name; paths of domains are below --data."""
COMMON = {"eval_split": "dev", "steps": "300"}


def train(
    folder: Path,
    data: Path | None,
    methods: Sequence[str],
    seeds: Sequence[int],
) -> None:
    """Makes the runs of a pair that are not there yet.

    Args:
        folder: Where they go; its name is the pair's.
        data: The folder with the real images.
        methods: As `--method` has them.
        seeds: Of each method's runs.

    Raises:
        SystemExit: If the pair is unknown or `data` is needed.
    """
    pairs = (STREETS, *REAL_PAIRS)
    if folder.name not in pairs:
        sys.exit(f"No pair {folder.name!r}; name the folder one of {pairs}.")
    if folder.name != STREETS and data is None:
        sys.exit(f"--train for {folder.name} needs --data=FOLDER.")
    for seed in seeds:
        for method in methods:
            runs.train(
                folder / f"{method}-seed{seed}",
                *flags(folder.name, data),
                *(f"--method={method}", f"--seed={seed}"),
            )


def flags(pair: str, data: Path | None) -> list[str]:
    """What `tf_advseg train` is told of a pair."""
    if pair == STREETS:
        return []
    settings = {**COMMON, **REAL_PAIRS[pair]}
    for name in ("source", "target"):
        settings[name] = str(data / settings[name])
    return [f"--{name}={value}" for name, value in settings.items()]
