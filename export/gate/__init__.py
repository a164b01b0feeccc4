"""Keras and every artefact on the same images."""
