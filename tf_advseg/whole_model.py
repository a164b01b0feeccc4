"""What Keras needs to save and load a whole training in one `.keras` file."""

import keras


class WholeModel(keras.Model):
    """Networks, method, both optimizers and the options of `compile`.

    Keras by itself knows of one optimizer only: it would lose the other.
    """

    def get_compile_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            "optimizer": serialize(self.optimizer),
            "discriminator_optimizer": serialize(self.discriminator_optimizer),
            "accumulate": self.accumulate,
            "watched_classes": list(self.watched_classes),
        }

    def compile_from_config(self, config: dict) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))

    def get_config(self) -> dict:
        serialize = keras.saving.serialize_keras_object
        return {
            "segmenter": serialize(self.segmenter),
            "method": serialize(self.method),
            "discriminators": serialize(dict(self.discriminators)),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict) -> "WholeModel":
        return cls(**keras.saving.deserialize_keras_object(config))
