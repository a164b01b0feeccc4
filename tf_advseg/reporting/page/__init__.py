"""The page: markup, blocks, numbers, style."""
