"""Which choice of weights would have been right, without labels."""
