"""The folder for what can be made again: hashes of files, manifests."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Returns the folder; nothing is made.

    TF_ADVSEG_CACHE names it; else it is `tf_advseg` in XDG_CACHE_HOME, or in
    `.cache` of the user's home.
    """
    if os.environ.get("TF_ADVSEG_CACHE"):
        return Path(os.environ["TF_ADVSEG_CACHE"])
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tf_advseg"
