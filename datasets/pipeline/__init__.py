"""From two domains to training batches."""
