"""Polygons in the world and the camera that sees them."""
