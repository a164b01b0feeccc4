"""Foreign checkpoints: safe readers and maps of their tensors' names."""
