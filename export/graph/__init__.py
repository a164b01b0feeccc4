"""Image bytes to pixels, inside a graph."""
