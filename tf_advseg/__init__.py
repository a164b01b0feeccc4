"""Adversarial domain adaptation of semantic segmentation in Keras 3.

Conventions, everywhere in this package:

* images: float32 `(B, H, W, 3)`, RGB, 0 to 255;
* labels: int32 `(B, H, W)`, train ids, 255 = ignore;
* logits: `(B, H, W, C)` at image size, by level (`main`, `aux`);
* sizes: `(height, width)` in pixels;
* domains: SOURCE = 0, TARGET = 1.
"""

__version__ = "0.1.0"
