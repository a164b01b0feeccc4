"""From images to logits."""
