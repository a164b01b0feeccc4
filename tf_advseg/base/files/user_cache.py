"""The folder for what can be made again: hashes of files, manifests."""

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Returns the folder, TF_ADVSEG_CACHE or the system's; makes nothing."""
    own = os.environ.get("TF_ADVSEG_CACHE")
    return Path(own) if own else platformdirs.user_cache_path("tf_advseg")
