"""Programs in plain PyTorch, which know nothing of ours, and our counterparts."""
