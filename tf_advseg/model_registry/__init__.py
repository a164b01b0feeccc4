"""Versions of a model in an MLflow registry, which take images.

    from tf_advseg.model_registry.registering import register_model

    register_model("runs/RUN", "streets", alias="champion")

What is registered is a SavedModel, with resizing and normalisation inside, and
a file that runs it (`served_model.py`): who loads it needs TensorFlow, and not
this package.
"""
