"""Settings that every test shares."""

import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
# No test writes into the cache of whoever runs it, nor into that of another
# of pytest's processes.
os.environ["TF_ADVSEG_CACHE"] = tempfile.mkdtemp()
