"""Writers of each format."""
