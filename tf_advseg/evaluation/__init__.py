"""What a segmenter does on one split."""
