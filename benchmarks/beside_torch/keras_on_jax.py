"""One update of ADVENT by Keras on JAX: for graphics cards, where both are.

    KERAS_BACKEND=jax python benchmarks/beside_torch/keras_on_jax.py FACTS

reads lines from standard input; each makes one update and prints the
milliseconds. The facts are those of `benchmarks.training_torch`. It does the
arithmetic of this package's step on ResNet-101 (`training.py` says which) with
Keras' layers, losses and optimizers alone; the package's own layers are
TensorFlow's. It needs jax and keras, and nothing of this package.
"""

import json
import os
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax
import keras
import numpy as np
from keras import ops

# Stages: blocks, width, stride, dilation.
STAGES = ((3, 64, 1, 1), (4, 128, 2, 1), (23, 256, 1, 2), (3, 512, 1, 4))
RATES = (6, 12, 18, 24)
WEIGHTS = {"main": (1.0, 1e-3), "aux": (0.1, 2e-4)}
"""By level: of the loss on the source, and of the adversarial one."""
SOURCE, TARGET = 0.0, 1.0


def convolution(x, width, size=1, stride=1, dilation=1):
    """Padded by zeros on all sides alike, then a norm that stays as it is."""
    x = keras.layers.ZeroPadding2D(dilation * (size // 2))(x)
    x = keras.layers.Conv2D(
        width, size, strides=stride, dilation_rate=dilation, use_bias=False
    )(x)
    return keras.layers.BatchNormalization(trainable=False)(x)


def bottleneck(x, width, stride, dilation):
    """1x1, dilated 3x3, 1x1 to four times the width, and a shortcut."""
    shortcut = x
    if x.shape[-1] != 4 * width:
        shortcut = convolution(x, 4 * width, stride=stride)
    y = keras.layers.ReLU()(convolution(x, width, stride=stride))
    y = keras.layers.ReLU()(convolution(y, width, 3, dilation=dilation))
    y = convolution(y, 4 * width)
    return keras.layers.ReLU()(keras.layers.Add()([y, shortcut]))


def segmenter(num_classes: int) -> keras.Model:
    """From images, less their mean, to the logits of both levels."""
    images = keras.Input((None, None, 3))
    x = keras.layers.ReLU()(convolution(images, 64, 7, 2))
    x = keras.layers.MaxPooling2D(3, 2, padding="same")(x)
    levels = []
    for count, width, stride, dilation in STAGES:
        for index in range(count):
            x = bottleneck(x, width, 1 if index else stride, dilation)
        levels.append(x)
    outputs = {}
    for name, features in zip(("aux", "main"), levels[-2:], strict=True):
        branches = [
            keras.layers.Conv2D(
                num_classes, 3, dilation_rate=rate, padding="same"
            )(features)
            for rate in RATES
        ]
        outputs[name] = keras.layers.Add(dtype="float32")(branches)
    return keras.Model(images, outputs)


def discriminator(num_classes: int) -> keras.Model:
    """Five 4x4 convolutions, as DCGAN's without batch norm."""
    x = maps = keras.Input((None, None, num_classes))
    for width in (64, 128, 256, 512):
        x = keras.layers.ZeroPadding2D(1)(x)
        x = keras.layers.Conv2D(width, 4, strides=2)(x)
        x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
    x = keras.layers.ZeroPadding2D(1)(x)
    x = keras.layers.Conv2D(1, 4, strides=2)(x)
    return keras.Model(maps, keras.layers.Activation(None, dtype="float32")(x))


def corners_aligned(length: int, wanted: int) -> np.ndarray:
    """The `(wanted, length)` weights of linear interpolation."""
    places = np.arange(wanted) * (length - 1) / max(wanted - 1, 1)
    distances = np.abs(places[:, None] - np.arange(length)[None])
    return np.maximum(1 - distances, 0).astype(np.float32)


def enlarged(logits, size):
    """Logits at the image's (H, W), corners aligned."""
    rows = corners_aligned(logits.shape[1], size[0])
    columns = corners_aligned(logits.shape[2], size[1])
    tall = ops.einsum("Hh,bhwc->bHwc", rows, logits)
    return ops.einsum("Ww,bHwc->bHWc", columns, tall)


def information(logits):
    """Weighted self-information, equation 4: -p log p / log C."""
    probability = ops.softmax(logits, -1)
    scale = np.log(logits.shape[-1])
    return -probability * ops.log(probability + 1e-30) / scale


def verdict_loss(logits, domain):
    """Cross entropy of a discriminator's logits."""
    wanted = ops.full_like(logits, domain)
    return ops.mean(ops.binary_crossentropy(wanted, logits, from_logits=True))


class Update:
    """The update of all weights on one batch of each domain, compiled."""

    def __init__(self, case: dict):
        if case["precision"] == "bfloat16":
            keras.config.set_dtype_policy("mixed_bfloat16")
        self.size = (case["height"], case["width"])
        classes = case["classes"]
        self.segmenter = segmenter(classes)
        self.judges = {name: discriminator(classes) for name in WEIGHTS}
        optimizers = {
            "segmenter": keras.optimizers.SGD(
                2.5e-4, momentum=0.9, weight_decay=5e-4
            ),
            **{
                name: keras.optimizers.Adam(1e-4, 0.9, 0.99) for name in WEIGHTS
            },
        }
        models = {"segmenter": self.segmenter, **self.judges}
        self.optimizers = optimizers
        self.state = {}
        for name, model in models.items():
            optimizers[name].build(model.trainable_variables)
            self.state[name] = (
                [v.value for v in model.trainable_variables],
                [v.value for v in optimizers[name].variables],
            )
        self.still = [v.value for v in self.segmenter.non_trainable_variables]
        rng = np.random.default_rng(0)
        shape = (case["batch"], *self.size)
        images = rng.uniform(-127, 128, (2, *shape, 3)).astype(np.float32)
        labels = rng.integers(0, classes, shape)
        self.batch = jax.device_put((images[0], images[1], labels))
        step = jax.jit(self._step, donate_argnums=0)
        self.compiled = step.lower(self.state, self.batch).compile()

    def __call__(self) -> float:
        self.state, loss = self.compiled(self.state, self.batch)
        # All of it, not the loss alone.
        jax.block_until_ready(self.state)
        return float(loss)

    def _maps(self, weights, images):
        logits, _ = self.segmenter.stateless_call(weights, self.still, images)
        return {n: enlarged(one, self.size) for n, one in logits.items()}

    def _verdict(self, name, weights, maps, domain):
        found, _ = self.judges[name].stateless_call(weights, [], maps)
        return verdict_loss(found, domain)

    def _step(self, state, batch):
        source_images, target_images, labels = batch
        judges = {name: state[name][0] for name in WEIGHTS}

        def on_source(weights):
            maps = self._maps(weights, source_images)
            losses = [
                weight
                * ops.mean(
                    ops.sparse_categorical_crossentropy(
                        labels, maps[name], from_logits=True
                    )
                )
                for name, (weight, _) in WEIGHTS.items()
            ]
            return sum(losses), {n: information(m) for n, m in maps.items()}

        def on_target(weights):
            maps = self._maps(weights, target_images)
            seen = {n: information(m) for n, m in maps.items()}
            losses = [
                weight * self._verdict(name, judges[name], seen[name], SOURCE)
                for name, (_, weight) in WEIGHTS.items()
            ]
            return sum(losses), seen

        def of_judge(weights, name, source, target):
            known = self._verdict(name, weights, source, SOURCE)
            return (known + self._verdict(name, weights, target, TARGET)) / 2

        differentiate = jax.value_and_grad
        weights = state["segmenter"][0]
        (loss, source), first = differentiate(on_source, has_aux=True)(weights)
        (_, target), second = differentiate(on_target, has_aux=True)(weights)
        both = zip(first, second, strict=True)
        gradients = {"segmenter": [a + b for a, b in both]}
        for name in WEIGHTS:
            gradients[name] = jax.grad(of_judge)(
                judges[name], name, source[name], target[name]
            )
        changed = {
            name: self.optimizers[name].stateless_apply(
                state[name][1], gradients[name], state[name][0]
            )
            for name in state
        }
        return changed, loss


def main(case: str) -> None:
    """Answers each line with the milliseconds of one update."""
    facts = json.loads(case)
    update = Update(facts)
    for _ in range(3):
        loss = update()
    cost = update.compiled.cost_analysis() or {}
    told = {
        "is": f"{keras.__version__} on JAX {jax.__version__}",
        "device": jax.devices()[0].device_kind,
        "operations": cost.get("flops"),
        "loss": loss,
    }
    print(json.dumps(told), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        update()
        print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
