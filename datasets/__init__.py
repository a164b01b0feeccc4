"""Domains and their tf.data pipelines; exporting a domain registers it."""
