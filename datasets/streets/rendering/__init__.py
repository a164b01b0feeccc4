"""From a scene to pixels: the game and the camera."""
