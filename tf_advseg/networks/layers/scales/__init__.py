"""Layers between maps of different scales."""
