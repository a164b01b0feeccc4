"""Programs in plain PyTorch, which know nothing of ours, and ours to match."""
