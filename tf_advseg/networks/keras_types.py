"""What Keras' own types leave out or have wrong, said in one place.

They know models of one output only, and initialisers by their names.
"""

from typing import Any
from typing import cast

import keras


def input_of(shape: tuple[int | None, ...], name: str) -> keras.KerasTensor:
    """A model's symbolic input: of float64 models float64, else float32."""
    dtype = keras.config.dtype_policy().variable_dtype
    return cast(Any, keras.Input(shape, dtype=dtype, name=name))


def outputs_of(model: keras.Model) -> dict[str, keras.KerasTensor]:
    """The symbolic outputs of a model that has several, by name."""
    return cast(Any, model.output)


def normal(stddev: float) -> Any:
    """An initialiser: normal around 0."""
    return keras.initializers.RandomNormal(stddev=stddev)


def uniform(bound: float) -> Any:
    """An initialiser: uniform between -bound and bound."""
    return keras.initializers.RandomUniform(-bound, bound)
