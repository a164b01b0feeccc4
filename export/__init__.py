"""What runs an adapted model: SavedModel and TFLite exporters."""
