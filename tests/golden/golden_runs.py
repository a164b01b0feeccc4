"""Measures with this package what the golden files hold.

Each function returns arrays by the names of the golden file, so that a test
or the command `python -m benchmarks.golden` can lay the two side by side.
"""

import contextlib
import dataclasses
from collections.abc import Callable

import golden_vectors as golden
import keras
import numpy as np
import plain_loop
from activation_pattern import ActivationPattern

from tf_advseg import methods
from tf_advseg.networks.segmenter import low_resolution_logits
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.optimizers import HEAD_LEARNING_RATE
from tf_advseg.training.optimizers import OFFICIAL_MULTIPLICITY
from tf_advseg.training.optimizers import PolySchedule
from tf_advseg.training.optimizers import ReferenceAdam
from tf_advseg.training.optimizers import ReferenceSGD

SOURCE_SIZE = (65, 97)
TARGET_SIZE = (57, 89)
TWO_LEVELS = {"aux": 0.0002, "main": 0.001}
RECIPES = {
    "advent": plain_loop.Recipe(
        domain_map="self_information", adversarial_weights=TWO_LEVELS
    ),
    "adaptsegnet_multi": plain_loop.Recipe(
        domain_map="softmax", adversarial_weights=TWO_LEVELS
    ),
    "adaptsegnet_single_ls": plain_loop.Recipe(
        domain_map="softmax",
        gan="least_squares",
        source_weights={"main": 1.0},
        adversarial_weights={"main": 0.01},
    ),
    "minent": plain_loop.Recipe(entropy_weights=TWO_LEVELS),
}
METHODS = {
    "advent": methods.AdvEnt(),
    "adaptsegnet_multi": methods.AdaptSegNet(),
    "adaptsegnet_single_ls": methods.AdaptSegNetSingle(gan="least_squares"),
    "minent": methods.MinEnt(),
}
_LOSS_NAMES = {
    "source": "seg",
    "target": "ent",
    "adversarial": "adv",
    "discriminator": "d",
}


@contextlib.contextmanager
def precision(name: str):
    """Builds and runs everything inside in "float32" or "float64"."""
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])


def forward(file: str) -> dict[str, np.ndarray]:
    """Logits before resizing, and statistics after source and target."""
    segmenter = golden.segmenter(file)
    logits = keras.Model(
        segmenter.input,
        {
            level: segmenter.get_layer(f"{level}_logits").output
            for level in ("main", "aux")
        },
    )
    source = _images("source0", SOURCE_SIZE)
    measured = {}
    for mode in ("eval", "train"):
        outputs = logits(source, training=mode == "train")
        for level, output in outputs.items():
            measured[f"{mode}/{level}"] = output.numpy()
    logits(_images("target0", (73, 113)), training=True)
    for variable in segmenter.non_trainable_variables:
        name = golden.pytorch_name(variable)
        if "running" in name:
            measured[f"stats/{name}"] = golden.summary(variable.numpy())
    np.testing.assert_array_equal(
        low_resolution_logits(segmenter)(source), logits(source)["main"]
    )
    return measured


def iterations_by_plain_loop(file: str) -> dict[str, np.ndarray]:
    """Three iterations by the loop that is written out in `plain_loop`."""
    recipe = RECIPES[_experiment(file)]
    recipe = dataclasses.replace(
        recipe, official_multiplicity="official" in file
    )
    segmenter = golden.segmenter(file)
    discriminators = _discriminators(recipe.adversarial_weights)
    loop = plain_loop.PlainLoop(segmenter, discriminators, recipe)
    measured = {}
    for index in range(3):
        losses, pairs = loop.iterate(*_batch(index))
        for name, loss in losses.items():
            measured[f"loss{index}/{name}"] = loss.numpy()
        if index == 0:
            measured |= _gradients(pairs, segmenter, discriminators)
    return measured | _final(segmenter, discriminators)


def iterations_by_train_step(
    file: str, wrap: Callable[[keras.Model], keras.Model] = lambda m: m
) -> dict[str, np.ndarray]:
    """Three iterations by `AdversarialSegmenter.train_step`.

    Args:
        file: Which golden file's.
        wrap: Applied to each network before it is used; see
            `activation_pattern`.
    """
    method = METHODS[_experiment(file)]
    segmenter = wrap(golden.segmenter(file))
    judges = _discriminators(
        method.target_weights if "minent" not in file else ()
    )
    discriminators = {level: wrap(judge) for level, judge in judges.items()}
    model = AdversarialSegmenter(segmenter, method, discriminators)
    multiplicity = OFFICIAL_MULTIPLICITY if "official" in file else ()
    model.compile(
        ReferenceSGD(
            PolySchedule(2.5e-4, 10),
            learning_rate_rules=HEAD_LEARNING_RATE,
            multiplicity_rules=multiplicity,
        ),
        ReferenceAdam(PolySchedule(1e-4, 10)) if discriminators else None,
    )
    pairs = []
    _record_gradients(model.optimizer, pairs)
    if discriminators:
        _record_gradients(model.discriminator_optimizer, pairs)
    measured = {}
    for index in range(3):
        source, labels, target = _batch(index)
        logs = model.train_step(({"source": source, "target": target}, labels))
        for name, loss in logs.items():
            kind, _, level = name.partition("/")
            if level:
                key = f"loss{index}/{_LOSS_NAMES[kind]}_{level}"
                measured[key] = loss.numpy()
        if index == 0:
            measured |= _gradients(pairs, segmenter, discriminators)
    return measured | _final(segmenter, discriminators)


def iterations_with_the_pattern_of_float64(
    file: str,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], ActivationPattern]:
    """Float64's numbers, and float32's with float64's activation pattern."""
    pattern = ActivationPattern()
    with precision("float64"):
        exact = iterations_by_train_step(file, pattern.recorded)
    with precision("float32"):
        rounded = iterations_by_train_step(file, pattern.replayed)
    return exact, rounded, pattern


RUNS = {
    "plain loop": iterations_by_plain_loop,
    "train_step": iterations_by_train_step,
}


def _record_gradients(optimizer, pairs: list) -> None:
    """Appends to `pairs` whatever the optimizer is asked to apply."""
    apply_gradients = optimizer.apply_gradients

    def recording(gradients_and_weights):
        gradients_and_weights = list(gradients_and_weights)
        pairs.extend((w, g) for g, w in gradients_and_weights)
        return apply_gradients(gradients_and_weights)

    optimizer.apply_gradients = recording


def _names(segmenter, discriminators) -> dict[int, str]:
    """PyTorch names by the identity of the variable."""
    names = {id(v): golden.pytorch_name(v) for v in segmenter.variables}
    for level, model in discriminators.items():
        for v in model.variables:
            names[id(v)] = golden.pytorch_name(v, f"d_{level}.")
    return names


def _gradients(pairs, segmenter, discriminators):
    names = _names(segmenter, discriminators)
    return {
        f"grad0/{names[id(weight)]}": golden.summary(gradient.numpy())
        for weight, gradient in pairs
    }


def _final(segmenter, discriminators):
    models = [segmenter, *discriminators.values()]
    names = _names(segmenter, discriminators)
    return {
        f"final/{names[id(v)]}": golden.summary(v.numpy())
        for model in models
        for v in model.variables
    }


def _discriminators(levels) -> dict[str, keras.Model]:
    return {level: golden.discriminator(level) for level in levels}


def _batch(index: int):
    """Source images, their labels, target images of one iteration."""
    return (
        _images(f"source{index}", SOURCE_SIZE),
        golden.labels(f"label{index}", SOURCE_SIZE),
        _images(f"target{index}", TARGET_SIZE),
    )


def _images(name: str, size: tuple[int, int]) -> np.ndarray:
    return golden.images(name, size).astype(keras.config.floatx())


def _experiment(file: str) -> str:
    """`iterations_advent_clean_updates` to `advent`."""
    return file.split("_", 1)[1].rsplit("_", 2)[0]
