"""The parent class of ModelArts' TensorFlow services, for our container.

In ModelArts' engines this name is their own class, which asks a TensorFlow
Serving beside it. Here the SavedModel is loaded into the process; what is
called, and with what, is the same.
"""

import numpy as np
import tensorflow as tf


class TfServingBaseService:
    """Loads a model and answers requests.

    Args:
        model_name: What the service is called.
        model_path: The SavedModel's folder.
    """

    def __init__(self, model_name, model_path):
        self.model_name = model_name
        self.model_path = model_path
        self._loaded = tf.saved_model.load(model_path)
        self._signature = self._loaded.signatures["serving_default"]

    def inference(self, data):
        """From a request's data to the answer's."""
        prepared = self._preprocess(data)
        return self._postprocess(self._inference(prepared))

    def _preprocess(self, data):
        return data

    def _inference(self, data):
        tensors = {name: tf.constant(value) for name, value in data.items()}
        try:
            outputs = self._signature(**tensors)
        except tf.errors.InvalidArgumentError as error:
            raise ValueError(error.message.splitlines()[-1]) from error
        return {name: np.asarray(value) for name, value in outputs.items()}

    def _postprocess(self, data):
        return data
