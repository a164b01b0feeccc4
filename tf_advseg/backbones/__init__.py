"""Backbones; exporting one here registers it."""
