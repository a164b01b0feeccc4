"""Images: where they come from, how they are read, resized and cut up."""
