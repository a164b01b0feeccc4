"""What lies in a user's own folder: listed, sorted into splits, matched."""
