"""What knows nothing of segmentation."""
