"""Adversarial domain adaptation of semantic segmentation in Keras 3.

    import tf_advseg

    model = tf_advseg.load("runs/RUN")
    model("photo.jpg").plot().show()

The public names stand in `__init__.pyi`. Each is imported when it is first
used: TensorFlow waits until something needs it.

Conventions, everywhere in this package:

* images: float32 `(B, H, W, 3)`, RGB, 0 to 255;
* labels: int32 `(B, H, W)`, train ids, 255 = ignore;
* logits: `(B, H, W, C)` at image size, by level (`main`, `aux`);
* sizes: `(height, width)` in pixels;
* domains: SOURCE = 0, TARGET = 1.
"""

import lazy_loader

from tf_advseg.base.process.quiet_tensorflow import hush

hush()

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
